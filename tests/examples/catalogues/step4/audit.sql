BEGIN TRANSACTION;
CREATE TABLE audit_entry (
	number INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	agency TEXT NOT NULL, 
	agreement TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	document TEXT NOT NULL, 
	readings TEXT, 
	mac TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "audit_entry" VALUES(1,'2026-11-30 15:44:15.810593','kr.knpa','knpa-2024','victim support','ABCDEFGH','c34b88c12b0655a8a773b4166569a68d2ce32af7dbf8bca2f02d0591bb74fffc','[["Takedown:kcsc_push:2024-1",["status"]],["Takedown:kcsc_push:2024-10",["status"]],["Takedown:kcsc_push:2024-11",["status"]],["Takedown:kcsc_push:2024-12",["status"]],["Takedown:kcsc_push:2024-13",["status"]],["Takedown:kcsc_push:2024-14",["status"]],["Takedown:kcsc_push:2024-2",["status"]],["Takedown:kcsc_push:2024-3",["status"]],["Takedown:kcsc_push:2024-4",["status"]],["Takedown:kcsc_push:2024-5",["status"]],["Takedown:kcsc_push:2024-6",["status"]],["Takedown:kcsc_push:2024-7",["status"]],["Takedown:kcsc_push:2024-8",["status"]],["Takedown:kcsc_push:2024-9",["status"]]]','ee4b492ec8b3bad89e7326532543091391038c58ba7e46305ee03ff758c26b9c');
INSERT INTO "audit_entry" VALUES(2,'2026-11-30 15:44:15.831245','kr.knpa','knpa-2024','victim support','ABCDEFGH','6f1ea623dc93d68f248954475305342fb0eb21f04dd43060e712c9087a2ae21b','[["TakedownSummary:kcsc_push",["count","status"]]]','de292c475f941a76d5380c687b4b36d620fd85031fb649eb28497124f5d23c1b');
INSERT INTO "audit_entry" VALUES(3,'2026-11-30 15:44:15.847645','kr.knpa','knpa-2024','victim support','ABCDEFGH','ac48effa6c31dfc9b08281a1f4f09b84f9b13ce4175b0c684d5914ce1f1f6fb9','[["Takedown:kcsc_push:2024-13",["item_count","platform"]],["Takedown:kcsc_push:2024-14",["item_count","platform"]],["Takedown:kcsc_push:2024-3",["item_count","platform"]]]','b9ffb129ff7cce9c5b252bb2380b53c64df866f586f57c1fc8042c77bba60e62');
CREATE TABLE audit_subject (
	source TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	PRIMARY KEY (source, number)
);
INSERT INTO "audit_subject" VALUES('kcsc_push',1);
INSERT INTO "audit_subject" VALUES('kcsc_push',2);
INSERT INTO "audit_subject" VALUES('kcsc_push',3);
COMMIT;
