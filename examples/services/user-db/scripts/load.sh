#!/bin/sh
# Runs while the image is built, against the mongod of the build.
for file in /tmp/scripts/*.js; do
    mongo localhost:27017/users "$file"
done
