<?php
echo "PEER {$_SERVER['REMOTE_ADDR']}\n";
