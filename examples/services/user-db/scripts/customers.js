db.createCollection("customers");
db.customers.insert({ username: "eve", firstName: "Eve" });
