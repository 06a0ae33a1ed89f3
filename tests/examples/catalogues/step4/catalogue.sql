BEGIN TRANSACTION;
CREATE TABLE agency (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "agency" VALUES('kr.knpa','Korean National Police Agency','2024-09-01 00:00:00.000000');
CREATE TABLE agreement (
	id TEXT NOT NULL, 
	agency TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	sources TEXT, 
	record_types TEXT, 
	jurisdictions TEXT, 
	classes TEXT, 
	budget BIGINT, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME, 
	ended_at DATETIME, 
	PRIMARY KEY (id)
);
INSERT INTO "agreement" VALUES('knpa-2024','kr.knpa','victim support','["uk_police","kcsc_push"]',NULL,NULL,'["PERSONAL"]',NULL,'2024-09-01 00:00:00.000000',NULL,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0011');
CREATE TABLE api_key (
	id TEXT NOT NULL, 
	agreement TEXT NOT NULL, 
	live BOOLEAN NOT NULL, 
	digest BLOB NOT NULL, 
	pepper INTEGER NOT NULL, 
	networks TEXT, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME, 
	revoked_at DATETIME, 
	reason TEXT, 
	replaces TEXT, 
	overlap BIGINT, 
	last_used_at DATETIME, 
	PRIMARY KEY (id)
);
INSERT INTO "api_key" VALUES('yqLkBSsZ','knpa-2024',1,X'446E799911755F2C842D80629759B16F44531BEE84F5275BE7D48584B28AF9E8',1,NULL,'2024-09-01 00:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE arrest_rollup (
	cell BLOB NOT NULL, 
	source TEXT NOT NULL, 
	start_month INTEGER, 
	end_month INTEGER, 
	agency TEXT, 
	event TEXT, 
	counting_unit TEXT, 
	harm_categories INTEGER, 
	jurisdictions INTEGER, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (cell)
);
INSERT INTO "arrest_rollup" VALUES(X'D655EFD698F86A1AD8E13AFDA629B518','uk_police',24372,24373,'gb.city-of-london-police','ARRESTED','PERSON',NULL,7,2);
INSERT INTO "arrest_rollup" VALUES(X'C0F54FACFD25D39C6A0A6C94DF372080','socrata_arrests',24374,24375,'us.chicago-police','ARRESTED','EVENT',NULL,10,2);
INSERT INTO "arrest_rollup" VALUES(X'BBEA7EA9E34AE05C314CC0ADAB15E756','socrata_arrests',24374,24375,'us.nypd','ARRESTED','EVENT',11,12,1);
INSERT INTO "arrest_rollup" VALUES(X'C5F012FF328573065DB393145059C3A0','socrata_arrests',24374,24375,'us.nypd','ARRESTED','EVENT',3,12,1);
INSERT INTO "arrest_rollup" VALUES(X'EF6705FBC186D434A71CD6EE2EF6479C','socrata_arrests',24374,24375,'us.nypd','ARRESTED','EVENT',13,12,1);
INSERT INTO "arrest_rollup" VALUES(X'3153CBC3E1F6BD656D38E81078D756EC','socrata_arrests',24374,24375,'us.nypd','ARRESTED','EVENT',NULL,12,2);
INSERT INTO "arrest_rollup" VALUES(X'23708CE917473F506830B31ED7AF903F','socrata_arrests',24374,24375,NULL,'ARRESTED','EVENT',8,12,1);
INSERT INTO "arrest_rollup" VALUES(X'177D8600072356781C652F91F3E728EE','socrata_arrests',24374,24375,'us.nypd','ARRESTED','EVENT',8,12,1);
CREATE TABLE arrest_version (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	from_revision BIGINT NOT NULL, 
	to_revision BIGINT, 
	scope INTEGER NOT NULL, 
	retrieval INTEGER NOT NULL, 
	digest BLOB NOT NULL, 
	redacted BOOLEAN NOT NULL, 
	"references" TEXT, 
	jurisdictions INTEGER, 
	native TEXT, 
	stated_at DATE, 
	event TEXT, 
	counting_unit TEXT, 
	happened_start DATE, 
	happened_end DATE, 
	happened_precision TEXT, 
	happened_timezone TEXT, 
	happened_text TEXT, 
	occurred_at DATETIME, 
	agency TEXT, 
	offence_scheme TEXT, 
	offence_code TEXT, 
	offence_label TEXT, 
	harm_categories INTEGER, 
	legal_power TEXT, 
	place_name TEXT, 
	place_area_code TEXT, 
	place_area_name TEXT, 
	place_latitude TEXT, 
	place_longitude TEXT, 
	place_approximate BOOLEAN, 
	age_band TEXT, 
	gender TEXT, 
	is_minor BOOLEAN, citation TEXT, url TEXT, 
	PRIMARY KEY (id, from_revision)
);
INSERT INTO "arrest_version" VALUES('uk_police:2031-01-01/997d7c4c16418ced8295/1','uk_police',3,NULL,3,3,X'E30B20DC134C34E913DB7C8B89C847FC',0,NULL,7,'[["event","Arrest",0],["type","Person search",0],["object_of_search","Controlled drugs",0]]',NULL,'ARRESTED','PERSON','2031-01-01','2031-01-02','DAY','UTC',NULL,'2031-01-01 01:00:00.000000','gb.city-of-london-police',NULL,NULL,NULL,NULL,'Misuse of Drugs Act 1971 (section 23)',NULL,NULL,NULL,'51.500001','-0.100001',1,'10-17','Female',1,NULL,NULL);
INSERT INTO "arrest_version" VALUES('uk_police:2031-01-01/997d7c4c16418ced8295/2','uk_police',3,NULL,3,3,X'D969A34355023980076771C20F6DFE5D',0,NULL,7,'[["event","Arrest",0],["type","Person search",0],["object_of_search","Controlled drugs",0]]',NULL,'ARRESTED','PERSON','2031-01-01','2031-01-02','DAY','UTC',NULL,'2031-01-01 01:00:00.000000','gb.city-of-london-police',NULL,NULL,NULL,NULL,'Misuse of Drugs Act 1971 (section 23)',NULL,NULL,NULL,'51.500001','-0.100001',1,'25-34','Male',0,NULL,NULL);
INSERT INTO "arrest_version" VALUES('socrata_arrests:chicago/99000001','socrata_arrests',5,NULL,5,5,X'5BACF50770FB85CAAC7AE2082000F27A',0,'[["chicago-records-division","XX900001"]]',10,'[["harm_categories","BATTERY - CAUSE BODILY HARM",0],["charge_1_type","M",0],["charge_1_class","A",0],["charges_statute","720 ILCS 5.0/12-3-A-1 |  |",0],["charges_description","BATTERY - CAUSE BODILY HARM |  |",0]]',NULL,'ARRESTED','EVENT','2031-03-04','2031-03-05','DAY','America/Chicago',NULL,NULL,'us.chicago-police','chicago-charge','720 ILCS 5.0/12-3-A-1','BATTERY - CAUSE BODILY HARM',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "arrest_version" VALUES('socrata_arrests:chicago/99000002','socrata_arrests',5,NULL,5,5,X'D7BBB532514918C70D503506D000B138',0,NULL,10,NULL,NULL,'ARRESTED','EVENT','2031-03-05','2031-03-06','DAY','America/Chicago',NULL,NULL,'us.chicago-police',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "arrest_version" VALUES('socrata_arrests:new_york/900000001','socrata_arrests',6,NULL,6,6,X'38DBBE640187A7EB8AF5788BAE4F6C92',0,NULL,12,'[["harm_categories","SEX CRIMES",0],["pd_desc","SEXUAL ABUSE",0],["law_code","PL 1306501",0],["law_cat_cd","F",0],["pd_cd","177",0],["jurisdiction_code","0",0]]',NULL,'ARRESTED','EVENT','2031-03-04','2031-03-05','DAY','America/New_York',NULL,NULL,'us.nypd','nypd','116','SEX CRIMES',11,NULL,NULL,'84','Brooklyn','40.7','-73.9',1,'45-64','F',0,NULL,NULL);
INSERT INTO "arrest_version" VALUES('socrata_arrests:new_york/900000002','socrata_arrests',6,NULL,6,6,X'BAF05548E53D146A78FB26E2598AD248',0,NULL,12,'[["harm_categories","MISCELLANEOUS PENAL LAW",0],["pd_desc","UNLAWFUL DISCLOSURE OF AN INTIMATE IMAGE",0],["law_code","PL 2451501",0],["law_cat_cd","M",0],["pd_cd","877",0],["jurisdiction_code","0",0]]',NULL,'ARRESTED','EVENT','2031-03-05','2031-03-06','DAY','America/New_York',NULL,NULL,'us.nypd','nypd','366','MISCELLANEOUS PENAL LAW',3,NULL,NULL,'14','Manhattan',NULL,NULL,NULL,'18-24','M',0,NULL,NULL);
INSERT INTO "arrest_version" VALUES('socrata_arrests:new_york/900000003','socrata_arrests',6,NULL,6,6,X'F1007485362191E9439212CEC5FB0DD8',0,NULL,12,'[["harm_categories","SEX CRIMES",0],["pd_desc","OBSCENITY 1",0],["law_code","PL 2631600",0],["law_cat_cd","F",0],["pd_cd","594",0],["jurisdiction_code","2",0]]',NULL,'ARRESTED','EVENT','2031-03-06','2031-03-07','DAY','America/New_York',NULL,NULL,'us.nypd','nypd','116','SEX CRIMES',13,NULL,NULL,'101','Queens','40.7','-73.8',1,'<18','M',1,NULL,NULL);
INSERT INTO "arrest_version" VALUES('socrata_arrests:new_york/900000004','socrata_arrests',6,NULL,6,6,X'15B4AA11E73BEFC9CB19868A735E6353',0,NULL,12,'[["law_code","PL 2650022",0],["law_cat_cd","M",0],["jurisdiction_code","0",0]]',NULL,'ARRESTED','EVENT','2031-03-06','2031-03-07','DAY','America/New_York',NULL,NULL,'us.nypd',NULL,NULL,NULL,NULL,NULL,NULL,'44','Bronx',NULL,NULL,NULL,'25-44','M',0,NULL,NULL);
INSERT INTO "arrest_version" VALUES('socrata_arrests:new_york/900000005','socrata_arrests',6,NULL,6,6,X'015486086F678BE8226D52F6A4BA6AAC',0,NULL,12,'[["harm_categories","ASSAULT 3 & RELATED OFFENSES",0],["pd_desc","ASSAULT 3",0],["law_code","PL 1200001",0],["law_cat_cd","M",0],["pd_cd","101",0],["jurisdiction_code","14",0]]',NULL,'ARRESTED','EVENT','2031-03-07','2031-03-08','DAY','America/New_York',NULL,NULL,NULL,'nypd','344','ASSAULT 3 & RELATED OFFENSES',8,NULL,NULL,'120','Staten Island','40.6','-74.1',1,'65+','M',0,NULL,NULL);
INSERT INTO "arrest_version" VALUES('socrata_arrests:new_york/900000007','socrata_arrests',6,NULL,6,6,X'66E9564CD1B37E965268492DAF10E4F2',0,NULL,12,'[["harm_categories","SPECIMEN OFFENSE",0],["pd_desc","SPECIMEN",0],["law_code","XX 0000000",0],["law_cat_cd","M",0],["pd_cd","999",0],["jurisdiction_code","0",0]]',NULL,'ARRESTED','EVENT','2031-03-08','2031-03-09','DAY','America/New_York',NULL,NULL,'us.nypd','nypd','999','SPECIMEN OFFENSE',8,NULL,NULL,'120','Staten Island','40.6','-74.1',1,NULL,'M',NULL,NULL,NULL);
INSERT INTO "arrest_version" VALUES('socrata_arrests:new_york/900000008','socrata_arrests',7,NULL,7,7,X'ABDA470F58D8D97D0BFF5BD246E82538',0,NULL,12,'[["jurisdiction_code","0",0]]',NULL,'ARRESTED','EVENT','2031-03-09','2031-03-10','DAY','America/New_York',NULL,NULL,'us.nypd',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE case_rollup (
	cell BLOB NOT NULL, 
	source TEXT NOT NULL, 
	start_month INTEGER, 
	end_month INTEGER, 
	agency TEXT, 
	status TEXT, 
	harm_categories INTEGER, 
	jurisdictions INTEGER, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (cell)
);
INSERT INTO "case_rollup" VALUES(X'AF560507374F4F21E1F3C1EE8EEF1ED4','uk_police',24372,24373,'gb.city-of-london-police','NOT_APPLICABLE',8,7,1);
INSERT INTO "case_rollup" VALUES(X'EDCB32B62B34071B72A82FE048C5D501','uk_police',24372,24373,'gb.city-of-london-police','UNDER_INVESTIGATION',9,7,1);
INSERT INTO "case_rollup" VALUES(X'1D4532B1B07C2ACFEB7CD03EBDE58AE3','uk_police',NULL,NULL,NULL,'UNKNOWN',NULL,NULL,1);
CREATE TABLE case_version (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	from_revision BIGINT NOT NULL, 
	to_revision BIGINT, 
	scope INTEGER NOT NULL, 
	retrieval INTEGER NOT NULL, 
	digest BLOB NOT NULL, 
	redacted BOOLEAN NOT NULL, 
	"references" TEXT, 
	jurisdictions INTEGER, 
	native TEXT, 
	stated_at DATE, 
	title TEXT, 
	case_number TEXT, 
	agency TEXT, 
	court TEXT, 
	status TEXT, 
	offence_scheme TEXT, 
	offence_code TEXT, 
	offence_label TEXT, 
	harm_categories INTEGER, 
	opened_start DATE, 
	opened_end DATE, 
	opened_precision TEXT, 
	opened_timezone TEXT, 
	opened_text TEXT, 
	closed_start DATE, 
	closed_end DATE, 
	closed_precision TEXT, 
	closed_timezone TEXT, 
	closed_text TEXT, 
	place_name TEXT, 
	place_area_code TEXT, 
	place_area_name TEXT, 
	place_latitude TEXT, 
	place_longitude TEXT, 
	place_approximate BOOLEAN, 
	PRIMARY KEY (id, from_revision)
);
INSERT INTO "case_version" VALUES('uk_police:2031-01/bfb3e767641b9c210e9e/1','uk_police',4,NULL,4,4,X'50C6DF60AEB963BDB82091ED8E7150F1',0,NULL,7,'[["agency","City of London Police",0],["harm_categories","Anti-social behaviour",0]]',NULL,NULL,NULL,'gb.city-of-london-police',NULL,'NOT_APPLICABLE','uk-police-crime-type',NULL,'Anti-social behaviour',8,'2031-01-01','2031-02-01','MONTH','Europe/London',NULL,NULL,NULL,NULL,NULL,NULL,'On or near Example Yard','E00000001','Example 001A','51.500003','-0.100003',1);
INSERT INTO "case_version" VALUES('uk_police:2031-01/bfb3e767641b9c210e9e/2','uk_police',4,12,4,4,X'85D61A98FBE838075BBF7D626D2BC3C2',0,NULL,7,'[["agency","City of London Police",0],["harm_categories","Anti-social behaviour",0]]',NULL,NULL,NULL,'gb.city-of-london-police',NULL,'NOT_APPLICABLE','uk-police-crime-type',NULL,'Anti-social behaviour',8,'2031-01-01','2031-02-01','MONTH','Europe/London',NULL,NULL,NULL,NULL,NULL,NULL,'On or near Example Yard','E00000001','Example 001A','51.500003','-0.100003',1);
INSERT INTO "case_version" VALUES('uk_police:aaaa000000000000000000000000000000000000000000000000000000000001','uk_police',4,NULL,4,4,X'C1103B2276F5604352C8675FA8A0627E',1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "case_version" VALUES('uk_police:aaaa000000000000000000000000000000000000000000000000000000000002','uk_police',4,NULL,4,4,X'12F4789586228FBF49EE45E4AFE07E13',0,'[["uk-crime-id","aaaa000000000000000000000000000000000000000000000000000000000002"]]',7,'[["agency","City of London Police",0],["harm_categories","Violence and sexual offences",0],["status","Under investigation",0]]',NULL,NULL,NULL,'gb.city-of-london-police',NULL,'UNDER_INVESTIGATION','uk-police-crime-type',NULL,'Violence and sexual offences',9,'2031-01-01','2031-02-01','MONTH','Europe/London',NULL,NULL,NULL,NULL,NULL,NULL,'On or near Example Row','E00000001','Example 001A','51.500002','-0.100002',1);
CREATE TABLE cooperation_request_version (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	from_revision BIGINT NOT NULL, 
	to_revision BIGINT, 
	scope INTEGER NOT NULL, 
	retrieval INTEGER NOT NULL, 
	digest BLOB NOT NULL, 
	redacted BOOLEAN NOT NULL, 
	"references" TEXT, 
	jurisdictions INTEGER, 
	native TEXT, 
	stated_at DATE, 
	from_agency TEXT, 
	to_agency TEXT, 
	to_jurisdiction TEXT, 
	addressee TEXT, 
	platform TEXT, 
	channel TEXT, 
	urgency TEXT, 
	purpose TEXT, 
	status TEXT, 
	requested_start DATE, 
	requested_end DATE, 
	requested_precision TEXT, 
	requested_timezone TEXT, 
	requested_text TEXT, 
	responded_start DATE, 
	responded_end DATE, 
	responded_precision TEXT, 
	responded_timezone TEXT, 
	responded_text TEXT, 
	harm_categories INTEGER, 
	citation TEXT, 
	url TEXT, 
	PRIMARY KEY (id, from_revision)
);
INSERT INTO "cooperation_request_version" VALUES('published_figures:kcsc-fr-coop','published_figures',1,NULL,1,1,X'647FEB7D0E27A8BDB063F4F4434CA737',0,NULL,2,NULL,NULL,'kr.kcsc',NULL,'FR','French authorities','telegram','REGULATOR_DIRECT','URGENT','Help in reaching Telegram without delay, and a standing line of contact with it','SENT','2024-08-01','2024-09-01','MONTH','Asia/Seoul','late August 2024',NULL,NULL,NULL,NULL,NULL,1,'Korea Communications Standards Commission, in the Korean press of August and September 2024',NULL);
INSERT INTO "cooperation_request_version" VALUES('published_figures:seoul-mlat-fr','published_figures',1,NULL,1,1,X'624CC92DE353B91898F0BE7589D223B8',0,'[["published_figures","seoul-mlat-2024-10"]]',2,NULL,NULL,'kr.seoul-police',NULL,'FR','France','telegram','MLAT','UNKNOWN',NULL,'SENT','2024-10-01','2024-11-01','MONTH','Asia/Seoul',NULL,NULL,NULL,NULL,NULL,NULL,1,'Seoul Metropolitan Police, in the Korean press of October 2024',NULL);
CREATE TABLE coverage (
	scope INTEGER NOT NULL, 
	retrieval INTEGER, 
	complete BOOLEAN NOT NULL, 
	last_read_at DATETIME NOT NULL, 
	checkpoint TEXT, 
	reason TEXT, 
	read BIGINT NOT NULL, 
	added BIGINT NOT NULL, 
	unchanged BIGINT NOT NULL, 
	superseded BIGINT NOT NULL, 
	merged BIGINT NOT NULL, 
	out_of_scope BIGINT NOT NULL, 
	rejected BIGINT NOT NULL, 
	withdrawn BIGINT NOT NULL, 
	PRIMARY KEY (scope)
);
INSERT INTO "coverage" VALUES(1,1,1,'2026-11-30 15:44:12.491000',NULL,NULL,38,38,0,0,0,0,0,0);
INSERT INTO "coverage" VALUES(2,10,1,'2026-11-30 15:44:13.679208',NULL,NULL,3,0,3,0,0,0,0,0);
INSERT INTO "coverage" VALUES(3,11,1,'2026-11-30 15:44:13.704176',NULL,NULL,3,0,2,0,0,1,0,0);
INSERT INTO "coverage" VALUES(4,12,1,'2026-11-30 15:44:13.725768',NULL,NULL,4,0,3,0,1,0,0,1);
INSERT INTO "coverage" VALUES(5,5,1,'2026-11-30 15:44:13.150988',NULL,NULL,2,2,0,0,0,0,0,0);
INSERT INTO "coverage" VALUES(6,6,1,'2026-11-30 15:44:13.210219',NULL,NULL,9,6,0,0,1,0,2,0);
INSERT INTO "coverage" VALUES(7,7,1,'2026-11-30 15:44:13.307990',NULL,NULL,2,1,1,0,0,0,0,0);
INSERT INTO "coverage" VALUES(8,8,1,'2026-11-30 15:44:13.419147',NULL,NULL,12,12,0,0,0,0,0,0);
INSERT INTO "coverage" VALUES(9,9,1,'2026-11-30 15:44:13.559806',NULL,NULL,3,3,0,0,0,0,0,0);
INSERT INTO "coverage" VALUES(10,27,0,'2024-09-15 00:00:00.000000','open',NULL,1,0,0,1,0,0,0,0);
CREATE TABLE disclosed_count (
	record_type TEXT NOT NULL, 
	month INTEGER NOT NULL, 
	jurisdiction TEXT NOT NULL, 
	harm_category TEXT NOT NULL, 
	platform TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (record_type, month, jurisdiction, harm_category, platform)
);
INSERT INTO "disclosed_count" VALUES('Takedown',24296,'KR','NCII_DEEPFAKE','telegram',15);
CREATE TABLE disclosed_month (
	record_type TEXT NOT NULL, 
	month INTEGER NOT NULL, 
	published_on DATE NOT NULL, 
	harm_categories TEXT NOT NULL, 
	platforms TEXT, 
	PRIMARY KEY (record_type, month)
);
INSERT INTO "disclosed_month" VALUES('Case',24285,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Case',24286,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Case',24287,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Case',24288,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Case',24289,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Case',24290,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Case',24291,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Case',24292,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Case',24293,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Case',24294,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Case',24295,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Case',24296,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Takedown',24285,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Takedown',24286,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Takedown',24287,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Takedown',24288,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Takedown',24289,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Takedown',24290,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Takedown',24291,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Takedown',24292,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Takedown',24293,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Takedown',24294,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Takedown',24295,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Takedown',24296,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Arrest',24285,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Arrest',24286,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Arrest',24287,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Arrest',24288,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Arrest',24289,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Arrest',24290,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Arrest',24291,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Arrest',24292,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Arrest',24293,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Arrest',24294,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Arrest',24295,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Arrest',24296,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]',NULL);
INSERT INTO "disclosed_month" VALUES('Report',24285,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Report',24286,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Report',24287,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Report',24288,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Report',24289,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Report',24290,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Report',24291,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Report',24292,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Report',24293,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Report',24294,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Report',24295,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
INSERT INTO "disclosed_month" VALUES('Report',24296,'2024-10-31','["NCII_DEEPFAKE","NCII","CSAM_DEEPFAKE","CSAM","CYBER_VIOLENCE_OTHER","SEX_OFFENCE_UNSPECIFIED","VIOLENCE_OR_SEX_OFFENCE","OTHER"]','["aliexpress","amazon-store","app-store","apple","badoo","bing","booking","bumble","chrome-web-store","dailymotion","daum","discord","facebook","github","google","google-maps","google-play","google-search","google-shopping","instagram","kakao","line","linkedin","meta","microsoft","microsoft-teams","naver","pinterest","pornhub","reddit","roblox","shein","snapchat","soundcloud","stripchat","telegram","temu","threads","tiktok","tinder","tumblr","twitch","vimeo","whatsapp","wikipedia","x","xbox","xnxx","xvideos","youtube","zalando"]');
CREATE TABLE information_request_version (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	from_revision BIGINT NOT NULL, 
	to_revision BIGINT, 
	scope INTEGER NOT NULL, 
	retrieval INTEGER NOT NULL, 
	digest BLOB NOT NULL, 
	redacted BOOLEAN NOT NULL, 
	"references" TEXT, 
	jurisdictions INTEGER, 
	native TEXT, 
	stated_at DATE, 
	requester TEXT, 
	platform TEXT, 
	addressee TEXT, 
	data_type TEXT, 
	instrument TEXT, 
	status TEXT, 
	requested_start DATE, 
	requested_end DATE, 
	requested_precision TEXT, 
	requested_timezone TEXT, 
	requested_text TEXT, 
	due_start DATE, 
	due_end DATE, 
	due_precision TEXT, 
	due_timezone TEXT, 
	due_text TEXT, 
	responded_start DATE, 
	responded_end DATE, 
	responded_precision TEXT, 
	responded_timezone TEXT, 
	responded_text TEXT, 
	accounts_count BIGINT, 
	emergency BOOLEAN, 
	harm_categories INTEGER, 
	purpose TEXT, 
	citation TEXT, 
	url TEXT, 
	PRIMARY KEY (id, from_revision)
);
INSERT INTO "information_request_version" VALUES('published_figures:knpa-telegram-info','published_figures',1,NULL,1,1,X'ED77E7010272DECA72B85653DB8F2B53',0,NULL,2,'[["status","first response received",0]]','2024-09-30','kr.knpa','telegram','Telegram','UNSPECIFIED','UNSPECIFIED','ANSWERED',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2024-09-01','2024-11-01','INTERVAL','Asia/Seoul','September or October 2024',NULL,NULL,1,NULL,'Korean National Police Agency, as reported by AFP on 2024-09-30',NULL);
INSERT INTO "information_request_version" VALUES('published_figures:seoul-mlat-fr-information','published_figures',1,NULL,1,1,X'06AAC05885AA68EF2FCC3909E56D157D',0,'[["published_figures","seoul-mlat-2024-10"]]',2,NULL,NULL,'kr.seoul-police','telegram','France','UNSPECIFIED','MLAT','SENT','2024-10-01','2024-11-01','MONTH','Asia/Seoul',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,'Seoul Metropolitan Police, in the Korean press of October 2024',NULL);
CREATE TABLE interned_member (
	set_key INTEGER NOT NULL, 
	member TEXT NOT NULL, 
	PRIMARY KEY (member, set_key)
);
INSERT INTO "interned_member" VALUES(1,'NCII_DEEPFAKE');
INSERT INTO "interned_member" VALUES(2,'KR');
INSERT INTO "interned_member" VALUES(3,'NCII');
INSERT INTO "interned_member" VALUES(4,'AU');
INSERT INTO "interned_member" VALUES(5,'REMOVED');
INSERT INTO "interned_member" VALUES(6,'ACCESS_DISABLED');
INSERT INTO "interned_member" VALUES(7,'GB');
INSERT INTO "interned_member" VALUES(7,'GB-ENG');
INSERT INTO "interned_member" VALUES(8,'OTHER');
INSERT INTO "interned_member" VALUES(9,'VIOLENCE_OR_SEX_OFFENCE');
INSERT INTO "interned_member" VALUES(10,'US');
INSERT INTO "interned_member" VALUES(10,'US-IL');
INSERT INTO "interned_member" VALUES(11,'SEX_OFFENCE_UNSPECIFIED');
INSERT INTO "interned_member" VALUES(12,'US');
INSERT INTO "interned_member" VALUES(12,'US-NY');
INSERT INTO "interned_member" VALUES(13,'CSAM');
INSERT INTO "interned_member" VALUES(13,'SEX_OFFENCE_UNSPECIFIED');
INSERT INTO "interned_member" VALUES(14,'FJ');
INSERT INTO "interned_member" VALUES(15,'IS');
INSERT INTO "interned_member" VALUES(16,'XK');
INSERT INTO "interned_member" VALUES(17,'IMAGE');
INSERT INTO "interned_member" VALUES(18,'AT');
INSERT INTO "interned_member" VALUES(18,'BE');
INSERT INTO "interned_member" VALUES(18,'DE');
INSERT INTO "interned_member" VALUES(18,'FR');
INSERT INTO "interned_member" VALUES(18,'GR');
INSERT INTO "interned_member" VALUES(18,'NO');
CREATE TABLE interned_set (
	"key" INTEGER NOT NULL, 
	members TEXT NOT NULL, 
	PRIMARY KEY ("key"), 
	UNIQUE (members)
);
INSERT INTO "interned_set" VALUES(1,'["NCII_DEEPFAKE"]');
INSERT INTO "interned_set" VALUES(2,'["KR"]');
INSERT INTO "interned_set" VALUES(3,'["NCII"]');
INSERT INTO "interned_set" VALUES(4,'["AU"]');
INSERT INTO "interned_set" VALUES(5,'["REMOVED"]');
INSERT INTO "interned_set" VALUES(6,'["ACCESS_DISABLED"]');
INSERT INTO "interned_set" VALUES(7,'["GB-ENG"]');
INSERT INTO "interned_set" VALUES(8,'["OTHER"]');
INSERT INTO "interned_set" VALUES(9,'["VIOLENCE_OR_SEX_OFFENCE"]');
INSERT INTO "interned_set" VALUES(10,'["US-IL"]');
INSERT INTO "interned_set" VALUES(11,'["SEX_OFFENCE_UNSPECIFIED"]');
INSERT INTO "interned_set" VALUES(12,'["US-NY"]');
INSERT INTO "interned_set" VALUES(13,'["CSAM","SEX_OFFENCE_UNSPECIFIED"]');
INSERT INTO "interned_set" VALUES(14,'["FJ"]');
INSERT INTO "interned_set" VALUES(15,'["IS"]');
INSERT INTO "interned_set" VALUES(16,'["XK"]');
INSERT INTO "interned_set" VALUES(17,'["IMAGE"]');
INSERT INTO "interned_set" VALUES(18,'["AT","BE","DE","FR","GR","NO"]');
CREATE TABLE lease (
	source TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	name TEXT NOT NULL, 
	holder TEXT NOT NULL, 
	until DATETIME NOT NULL, 
	PRIMARY KEY (source, channel, name)
);
CREATE TABLE message (
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	received_at DATETIME NOT NULL, sha256 TEXT, 
	PRIMARY KEY (source, id)
);
INSERT INTO "message" VALUES('kcsc_push','m-1','2024-09-15 00:00:00.000000','83762eb107a16fa77fc33836c9ad7006095e40258cdd5b7c514fc7d7b12e1929');
INSERT INTO "message" VALUES('kcsc_push','m-2','2024-09-15 00:00:00.000000','02c387c33daf78d7f2ad961d8428440ed3554dc37a5eb0f50514f7b236562983');
INSERT INTO "message" VALUES('kcsc_push','m-3','2024-09-15 00:00:00.000000','5b2e596e7af39f35cae8b284cadbbea265badf1ed0f69dedd3cf787578681267');
INSERT INTO "message" VALUES('kcsc_push','m-4','2024-09-15 00:00:00.000000','71b7a2e83ccbd036f0899939079f5f89d05987d51d84ece3696065f812e2e9e6');
INSERT INTO "message" VALUES('kcsc_push','m-5','2024-09-15 00:00:00.000000','25bf56b5978ac64050627da965567c6f72c1329774912d32f71fefc689491a17');
INSERT INTO "message" VALUES('kcsc_push','m-6','2024-09-15 00:00:00.000000','48e2e3f7e2c55ef05c79b978bae3583340cbc01e82891fb3b90bb6deeb70cc2d');
INSERT INTO "message" VALUES('kcsc_push','m-7','2024-09-15 00:00:00.000000','cc2519aa5e955b6a41b9e1e0d5b90c5073f3e494cd94f25f664f7dd45035f9be');
INSERT INTO "message" VALUES('kcsc_push','m-8','2024-09-15 00:00:00.000000','a9c7a5ee308a784e8bb503323c5421ddfd9092eeee81ec82b13404558248fa9e');
INSERT INTO "message" VALUES('kcsc_push','m-9','2024-09-15 00:00:00.000000','36136209ee129abfed5d1ec17531a466d6031247c7b391b80615fecd9da83839');
INSERT INTO "message" VALUES('kcsc_push','m-10','2024-09-15 00:00:00.000000','2104c38690b21013f571c3b394c08be42154821e3308c84ba8ff2a583085b25f');
INSERT INTO "message" VALUES('kcsc_push','m-11','2024-09-15 00:00:00.000000','9d9225451f0572830b4e22af42c8dfd7cb8f7612a6c03fb2e85a83b026eaa2a0');
INSERT INTO "message" VALUES('kcsc_push','m-12','2024-09-15 00:00:00.000000','4924287b2d4b1b19609a28ef4cf364bde9008ac5c2144e9d278fc9ec266aa8a3');
INSERT INTO "message" VALUES('kcsc_push','m-13','2024-09-15 00:00:00.000000','a80f22fa80757e79e109ff10fd599e4f3c14267204599bd4db29d3b36d83bec8');
INSERT INTO "message" VALUES('kcsc_push','m-14','2024-09-15 00:00:00.000000','6c4e3eb7c7bf0febffb9e89720e231dfc921a895501e7ca1f5a8c2d42a44c260');
INSERT INTO "message" VALUES('kcsc_push','m-3b','2024-09-15 00:00:00.000000','18a56900d93bc35d0f73337e294d3a504f597d19402db2fd80091aa7d4407f34');
CREATE TABLE pushed (
	record_type TEXT NOT NULL, 
	record TEXT NOT NULL, 
	moment DATETIME NOT NULL, 
	message TEXT NOT NULL, 
	PRIMARY KEY (record_type, record)
);
INSERT INTO "pushed" VALUES('Takedown','kcsc_push:2024-1','2024-09-12 09:30:00.000000','m-1');
INSERT INTO "pushed" VALUES('Takedown','kcsc_push:2024-2','2024-09-12 09:30:00.000000','m-2');
INSERT INTO "pushed" VALUES('Takedown','kcsc_push:2024-4','2024-09-12 09:30:00.000000','m-4');
INSERT INTO "pushed" VALUES('Takedown','kcsc_push:2024-5','2024-09-12 09:30:00.000000','m-5');
INSERT INTO "pushed" VALUES('Takedown','kcsc_push:2024-6','2024-09-12 09:30:00.000000','m-6');
INSERT INTO "pushed" VALUES('Takedown','kcsc_push:2024-7','2024-09-12 09:30:00.000000','m-7');
INSERT INTO "pushed" VALUES('Takedown','kcsc_push:2024-8','2024-09-12 09:30:00.000000','m-8');
INSERT INTO "pushed" VALUES('Takedown','kcsc_push:2024-9','2024-09-12 09:30:00.000000','m-9');
INSERT INTO "pushed" VALUES('Takedown','kcsc_push:2024-10','2024-09-12 09:30:00.000000','m-10');
INSERT INTO "pushed" VALUES('Takedown','kcsc_push:2024-11','2024-09-12 09:30:00.000000','m-11');
INSERT INTO "pushed" VALUES('Takedown','kcsc_push:2024-12','2024-09-12 09:30:00.000000','m-12');
INSERT INTO "pushed" VALUES('Takedown','kcsc_push:2024-13','2024-09-12 09:30:00.000000','m-13');
INSERT INTO "pushed" VALUES('Takedown','kcsc_push:2024-14','2024-09-12 09:30:00.000000','m-14');
INSERT INTO "pushed" VALUES('Takedown','kcsc_push:2024-3','2024-09-14 09:30:00.000000','m-3b');
CREATE TABLE redaction (
	record_type TEXT NOT NULL, 
	record TEXT NOT NULL, 
	redacted_at DATETIME NOT NULL, revision INTEGER, 
	PRIMARY KEY (record_type, record)
);
INSERT INTO "redaction" VALUES('Case','uk_police:aaaa000000000000000000000000000000000000000000000000000000000001','2026-11-30 15:44:15.542894',28);
CREATE TABLE reference (
	record_type TEXT NOT NULL, 
	record TEXT NOT NULL, 
	scheme TEXT NOT NULL, 
	value TEXT NOT NULL, 
	from_revision BIGINT NOT NULL, 
	to_revision BIGINT, 
	PRIMARY KEY (scheme, value, record_type, record, from_revision)
)
 WITHOUT ROWID

;
INSERT INTO "reference" VALUES('Arrest','socrata_arrests:chicago/99000001','chicago-records-division','XX900001',5,NULL);
INSERT INTO "reference" VALUES('Takedown','dsa_transparency:00000000-0000-4000-8000-000000000101','dsa-platform-uid:tiktok','9007199254740993101',9,NULL);
INSERT INTO "reference" VALUES('Takedown','dsa_transparency:00000000-0000-4000-8000-000000000102','dsa-platform-uid:tiktok','9007199254740993102',9,NULL);
INSERT INTO "reference" VALUES('Takedown','dsa_transparency:00000000-0000-4000-8000-000000000103','dsa-platform-uid:tiktok','9007199254740993103',9,NULL);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-1','notice','n-1',13,NULL);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-10','notice','n-10',22,NULL);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-11','notice','n-11',23,NULL);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-12','notice','n-12',24,NULL);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-13','notice','n-13',25,NULL);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-14','notice','n-14',26,NULL);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-2','notice','n-2',14,NULL);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-3','notice','n-3',15,27);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-3','notice','n-3',27,NULL);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-4','notice','n-4',16,NULL);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-5','notice','n-5',17,NULL);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-6','notice','n-6',18,NULL);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-7','notice','n-7',19,NULL);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-8','notice','n-8',20,NULL);
INSERT INTO "reference" VALUES('Takedown','kcsc_push:2024-9','notice','n-9',21,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:esafety-iba-removal-requests','published_figures','esafety-iba',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:esafety-iba-reports','published_figures','esafety-iba',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:esafety-iba-success','published_figures','esafety-iba',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:kcc-2022-removals','published_figures','kcc-2022',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:kcc-2022-reports','published_figures','kcc-2022',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:kcc-2023-providers','published_figures','kcc-2023',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:kcc-2023-removals','published_figures','kcc-2023',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:kcc-2023-reports','published_figures','kcc-2023',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:kcsc-2018','published_figures','kcsc-2018',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:kcsc-2018-blocking','published_figures','kcsc-2018',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:kcsc-2018-deliberated','published_figures','kcsc-2018',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:kcsc-telegram-148','published_figures','kcsc-telegram-2024-09',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:kcsc-telegram-148-removed','published_figures','kcsc-telegram-2024-09',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:kcsc-telegram-36h','published_figures','kcsc-telegram-2024-09',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-387','published_figures','knpa-387',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-387-teenagers','published_figures','knpa-387',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-387-teenagers','published_figures','knpa-387-teenagers',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-387-under-14','published_figures','knpa-387-teenagers',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-474','published_figures','knpa-474',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-474-cases','published_figures','knpa-474',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-682','published_figures','knpa-682',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-682-cases','published_figures','knpa-682',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-682-detained','published_figures','knpa-682',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-682-teenagers','published_figures','knpa-682',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-682-teenagers','published_figures','knpa-682-teenagers',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-682-under-14','published_figures','knpa-682-teenagers',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-812','published_figures','knpa-812',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-812-before-crackdown','published_figures','knpa-812',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:knpa-812-since-crackdown','published_figures','knpa-812',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:security-hero-2023-south-korean','published_figures','security-hero-2023',1,NULL);
INSERT INTO "reference" VALUES('Statistic','published_figures:security-hero-2023-videos','published_figures','security-hero-2023',1,NULL);
INSERT INTO "reference" VALUES('CooperationRequest','published_figures:seoul-mlat-fr','published_figures','seoul-mlat-2024-10',1,NULL);
INSERT INTO "reference" VALUES('InformationRequest','published_figures:seoul-mlat-fr-information','published_figures','seoul-mlat-2024-10',1,NULL);
INSERT INTO "reference" VALUES('StatusEvent','uk_police:2031-01/c7219c4586fbb9a9fcba/1','uk-crime-id','aaaa000000000000000000000000000000000000000000000000000000000001',2,NULL);
INSERT INTO "reference" VALUES('Case','uk_police:aaaa000000000000000000000000000000000000000000000000000000000002','uk-crime-id','aaaa000000000000000000000000000000000000000000000000000000000002',4,NULL);
INSERT INTO "reference" VALUES('StatusEvent','uk_police:2031-01/cebfcb58996f2bfe63d7/1','uk-crime-id','aaaa000000000000000000000000000000000000000000000000000000000002',2,NULL);
INSERT INTO "reference" VALUES('StatusEvent','uk_police:2031-01/cebfcb58996f2bfe63d7/2','uk-crime-id','aaaa000000000000000000000000000000000000000000000000000000000002',2,NULL);
CREATE TABLE rejection (
	scope INTEGER NOT NULL, 
	position BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	"column" TEXT, 
	PRIMARY KEY (scope, position)
);
INSERT INTO "rejection" VALUES(6,7,'is no day of the calendar','arrest_date');
INSERT INTO "rejection" VALUES(6,8,'does not number the arrest','arrest_key');
CREATE TABLE report_version (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	from_revision BIGINT NOT NULL, 
	to_revision BIGINT, 
	scope INTEGER NOT NULL, 
	retrieval INTEGER NOT NULL, 
	digest BLOB NOT NULL, 
	redacted BOOLEAN NOT NULL, 
	"references" TEXT, 
	jurisdictions INTEGER, 
	native TEXT, 
	stated_at DATE, 
	received_by TEXT, 
	platform TEXT, 
	status TEXT, 
	harm_categories INTEGER, 
	received_start DATE, 
	received_end DATE, 
	received_precision TEXT, 
	received_timezone TEXT, 
	received_text TEXT, 
	item_count BIGINT, 
	PRIMARY KEY (id, from_revision)
);
CREATE TABLE retrieval (
	"key" INTEGER NOT NULL, 
	scope INTEGER NOT NULL, 
	location TEXT NOT NULL, 
	retrieved_at DATETIME NOT NULL, 
	status INTEGER, 
	bytes BIGINT, 
	sha256 TEXT, 
	adapter_version TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "retrieval" VALUES(1,1,'published_figures.toml','2026-11-30 15:44:12.491000',NULL,25075,'9500106d51f1758d7b583f7af2c4ba5454d7ebb9c195349bdacddd62e9c56093','1');
INSERT INTO "retrieval" VALUES(2,2,'2031-01-city-of-london-outcomes.csv','2026-11-30 15:44:12.869707',NULL,608,'7d046ce21fe18cf3e0571d1d85759fa7ab40d2dd28a4c28232071fba7d96d279','2');
INSERT INTO "retrieval" VALUES(3,3,'2031-01-city-of-london-stop-and-search.csv','2026-11-30 15:44:12.961614',NULL,938,'d67e371cd3db06f48b792e50a9fb408dda399ffaf72d3fc8ec0f2288510a0bc3','2');
INSERT INTO "retrieval" VALUES(4,4,'2031-01-city-of-london-street.csv','2026-11-30 15:44:13.053826',NULL,1044,'f2b7a6d7b0e92f7c5860f4569be96128cb3d069e783977b4b66ef2dd523ad804','2');
INSERT INTO "retrieval" VALUES(5,5,'chicago.json','2026-11-30 15:44:13.150988',NULL,462,'562cc0c825938fde3343c59a5f4e6c6592b40189ad5172b23d77f2a64c9c8cdd','1');
INSERT INTO "retrieval" VALUES(6,6,'new_york.csv','2026-11-30 15:44:13.210219',NULL,1498,'ecccfcd25a59224f4cf2be107472481c3056df7ec9f9f03d348bb41ff9a897c6','1');
INSERT INTO "retrieval" VALUES(7,7,'new_york.json','2026-11-30 15:44:13.307990',NULL,612,'277dd72684ff0a59a6cbb7b0bb93860de12e27ca4d08d16124098209005736f1','1');
INSERT INTO "retrieval" VALUES(8,8,'dataset.json','2026-11-30 15:44:13.419147',NULL,516,'43d7bdf61ce2c582f03aa9f142c95dbb6dbe10d232d7daca9d33b66bb2a7be86','1');
INSERT INTO "retrieval" VALUES(9,9,'sor-tiktok-2025-06-30-full-00000-00000.csv','2026-11-30 15:44:13.559806',NULL,2173,'0fe3b66197d3be7019256044c4dc4699ea31f21d61285d0ce2036553391ebe42','2');
INSERT INTO "retrieval" VALUES(10,2,'2031-01-city-of-london-outcomes.csv','2026-11-30 15:44:13.679208',NULL,608,'7d046ce21fe18cf3e0571d1d85759fa7ab40d2dd28a4c28232071fba7d96d279','2');
INSERT INTO "retrieval" VALUES(11,3,'2031-01-city-of-london-stop-and-search.csv','2026-11-30 15:44:13.704176',NULL,792,'5c94ad5df555e9e6fdd28c0f58de9f1600bfec757b7a011a7df6d515a7930562','2');
INSERT INTO "retrieval" VALUES(12,4,'2031-01-city-of-london-street.csv','2026-11-30 15:44:13.725768',NULL,900,'8f8b64c547e6d0f0327d38e78a63b7c0696bceb6fd0b9c4c4790c5da3e3b35f8','2');
INSERT INTO "retrieval" VALUES(13,10,'webhook','2024-09-15 00:00:00.000000',NULL,404,'83762eb107a16fa77fc33836c9ad7006095e40258cdd5b7c514fc7d7b12e1929','1');
INSERT INTO "retrieval" VALUES(14,10,'webhook','2024-09-15 00:00:00.000000',NULL,404,'02c387c33daf78d7f2ad961d8428440ed3554dc37a5eb0f50514f7b236562983','1');
INSERT INTO "retrieval" VALUES(15,10,'webhook','2024-09-15 00:00:00.000000',NULL,404,'5b2e596e7af39f35cae8b284cadbbea265badf1ed0f69dedd3cf787578681267','1');
INSERT INTO "retrieval" VALUES(16,10,'webhook','2024-09-15 00:00:00.000000',NULL,404,'71b7a2e83ccbd036f0899939079f5f89d05987d51d84ece3696065f812e2e9e6','1');
INSERT INTO "retrieval" VALUES(17,10,'webhook','2024-09-15 00:00:00.000000',NULL,404,'25bf56b5978ac64050627da965567c6f72c1329774912d32f71fefc689491a17','1');
INSERT INTO "retrieval" VALUES(18,10,'webhook','2024-09-15 00:00:00.000000',NULL,404,'48e2e3f7e2c55ef05c79b978bae3583340cbc01e82891fb3b90bb6deeb70cc2d','1');
INSERT INTO "retrieval" VALUES(19,10,'webhook','2024-09-15 00:00:00.000000',NULL,404,'cc2519aa5e955b6a41b9e1e0d5b90c5073f3e494cd94f25f664f7dd45035f9be','1');
INSERT INTO "retrieval" VALUES(20,10,'webhook','2024-09-15 00:00:00.000000',NULL,404,'a9c7a5ee308a784e8bb503323c5421ddfd9092eeee81ec82b13404558248fa9e','1');
INSERT INTO "retrieval" VALUES(21,10,'webhook','2024-09-15 00:00:00.000000',NULL,404,'36136209ee129abfed5d1ec17531a466d6031247c7b391b80615fecd9da83839','1');
INSERT INTO "retrieval" VALUES(22,10,'webhook','2024-09-15 00:00:00.000000',NULL,407,'2104c38690b21013f571c3b394c08be42154821e3308c84ba8ff2a583085b25f','1');
INSERT INTO "retrieval" VALUES(23,10,'webhook','2024-09-15 00:00:00.000000',NULL,407,'9d9225451f0572830b4e22af42c8dfd7cb8f7612a6c03fb2e85a83b026eaa2a0','1');
INSERT INTO "retrieval" VALUES(24,10,'webhook','2024-09-15 00:00:00.000000',NULL,407,'4924287b2d4b1b19609a28ef4cf364bde9008ac5c2144e9d278fc9ec266aa8a3','1');
INSERT INTO "retrieval" VALUES(25,10,'webhook','2024-09-15 00:00:00.000000',NULL,407,'a80f22fa80757e79e109ff10fd599e4f3c14267204599bd4db29d3b36d83bec8','1');
INSERT INTO "retrieval" VALUES(26,10,'webhook','2024-09-15 00:00:00.000000',NULL,407,'6c4e3eb7c7bf0febffb9e89720e231dfc921a895501e7ca1f5a8c2d42a44c260','1');
INSERT INTO "retrieval" VALUES(27,10,'webhook','2024-09-15 00:00:00.000000',NULL,416,'18a56900d93bc35d0f73337e294d3a504f597d19402db2fd80091aa7d4407f34','1');
CREATE TABLE revision (
	number INTEGER NOT NULL, 
	committed_at DATETIME NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "revision" VALUES(1,'2026-11-30 15:44:12.822791');
INSERT INTO "revision" VALUES(2,'2026-11-30 15:44:12.933310');
INSERT INTO "revision" VALUES(3,'2026-11-30 15:44:13.025156');
INSERT INTO "revision" VALUES(4,'2026-11-30 15:44:13.120128');
INSERT INTO "revision" VALUES(5,'2026-11-30 15:44:13.192050');
INSERT INTO "revision" VALUES(6,'2026-11-30 15:44:13.284817');
INSERT INTO "revision" VALUES(7,'2026-11-30 15:44:13.363231');
INSERT INTO "revision" VALUES(8,'2026-11-30 15:44:13.497289');
INSERT INTO "revision" VALUES(9,'2026-11-30 15:44:13.654614');
INSERT INTO "revision" VALUES(10,'2026-11-30 15:44:13.691043');
INSERT INTO "revision" VALUES(11,'2026-11-30 15:44:13.713885');
INSERT INTO "revision" VALUES(12,'2026-11-30 15:44:13.761439');
INSERT INTO "revision" VALUES(13,'2026-11-30 15:44:13.847121');
INSERT INTO "revision" VALUES(14,'2026-11-30 15:44:13.912026');
INSERT INTO "revision" VALUES(15,'2026-11-30 15:44:13.976710');
INSERT INTO "revision" VALUES(16,'2026-11-30 15:44:14.064766');
INSERT INTO "revision" VALUES(17,'2026-11-30 15:44:14.153946');
INSERT INTO "revision" VALUES(18,'2026-11-30 15:44:14.199482');
INSERT INTO "revision" VALUES(19,'2026-11-30 15:44:14.246076');
INSERT INTO "revision" VALUES(20,'2026-11-30 15:44:14.291019');
INSERT INTO "revision" VALUES(21,'2026-11-30 15:44:14.346034');
INSERT INTO "revision" VALUES(22,'2026-11-30 15:44:14.394359');
INSERT INTO "revision" VALUES(23,'2026-11-30 15:44:14.436578');
INSERT INTO "revision" VALUES(24,'2026-11-30 15:44:14.479242');
INSERT INTO "revision" VALUES(25,'2026-11-30 15:44:14.543980');
INSERT INTO "revision" VALUES(26,'2026-11-30 15:44:14.600408');
INSERT INTO "revision" VALUES(27,'2026-11-30 15:44:14.695875');
INSERT INTO "revision" VALUES(28,'2026-11-30 15:44:15.544649');
CREATE TABLE scope (
	"key" INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	name TEXT NOT NULL, 
	records TEXT NOT NULL, 
	jurisdictions INTEGER, 
	start DATE, 
	"end" DATE, 
	PRIMARY KEY ("key"), 
	UNIQUE (source, channel, name)
);
INSERT INTO "scope" VALUES(1,'published_figures','archive','published_figures','["Arrest","CooperationRequest","InformationRequest","Statistic"]',NULL,NULL,NULL);
INSERT INTO "scope" VALUES(2,'uk_police','archive','city-of-london/2031-01/outcomes','["StatusEvent"]',7,'2031-01-01','2031-02-01');
INSERT INTO "scope" VALUES(3,'uk_police','archive','city-of-london/2031-01/stop-and-search','["Arrest"]',7,'2031-01-01','2031-02-01');
INSERT INTO "scope" VALUES(4,'uk_police','archive','city-of-london/2031-01/street','["Case"]',7,'2031-01-01','2031-02-01');
INSERT INTO "scope" VALUES(5,'socrata_arrests','archive','chicago.json','["Arrest"]',NULL,'2031-03-04','2031-03-06');
INSERT INTO "scope" VALUES(6,'socrata_arrests','archive','new_york.csv','["Arrest"]',NULL,'2031-03-04','2031-03-09');
INSERT INTO "scope" VALUES(7,'socrata_arrests','archive','new_york.json','["Arrest"]',NULL,'2031-03-04','2031-03-10');
INSERT INTO "scope" VALUES(8,'telegram_transparency','archive','dataset','["Statistic"]',NULL,'2031-01-01','2032-01-01');
INSERT INTO "scope" VALUES(9,'dsa_transparency','archive','tiktok/2025-06-30/00000-00000','["Takedown"]',NULL,'2025-06-30','2025-07-01');
INSERT INTO "scope" VALUES(10,'kcsc_push','push','events','["InformationRequest","Takedown"]',NULL,NULL,NULL);
CREATE TABLE seen (
	scope INTEGER NOT NULL, 
	record_type TEXT NOT NULL, 
	record TEXT NOT NULL, 
	PRIMARY KEY (scope, record_type, record)
);
CREATE TABLE statistic_version (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	from_revision BIGINT NOT NULL, 
	to_revision BIGINT, 
	scope INTEGER NOT NULL, 
	retrieval INTEGER NOT NULL, 
	digest BLOB NOT NULL, 
	redacted BOOLEAN NOT NULL, 
	"references" TEXT, 
	jurisdictions INTEGER, 
	native TEXT, 
	stated_at DATE, 
	metric TEXT, 
	value TEXT, 
	low TEXT, 
	high TEXT, 
	unit TEXT, 
	qualifier TEXT, 
	period_start DATE, 
	period_end DATE, 
	period_precision TEXT, 
	period_timezone TEXT, 
	period_text TEXT, 
	cumulative BOOLEAN, 
	aggregation TEXT, 
	event TEXT, 
	agency TEXT, 
	platform TEXT, 
	counterpart TEXT, 
	harm_categories INTEGER, 
	measures INTEGER, 
	dimensions TEXT, 
	population TEXT, 
	speaker TEXT, 
	released_at DATE, 
	series_key TEXT, 
	is_total_of TEXT, 
	citation TEXT, 
	url TEXT, 
	PRIMARY KEY (id, from_revision)
);
INSERT INTO "statistic_version" VALUES('published_figures:esafety-iba-removal-requests','published_figures',1,NULL,1,1,X'845DE4901E9D468FC1E76F0EDBBE062A',0,'[["published_figures","esafety-iba"]]',4,'[["harm_categories","image-based abuse",0]]',NULL,'TAKEDOWN_REQUESTS','1961',NULL,NULL,'REQUESTS','EXACT','2018-08-01','2023-07-01','INTERVAL',NULL,NULL,0,'SUM',NULL,'au.esafety',NULL,NULL,3,NULL,NULL,NULL,'au.esafety',NULL,'metric=TAKEDOWN_REQUESTS&unit=REQUESTS&agency=au.esafety&jurisdiction=AU&harm=NCII&start=2018-08-01&end=2023-07-01',NULL,'eSafety Commissioner, evaluation of the image-based abuse scheme, August 2018 to June 2023',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:esafety-iba-reports','published_figures',1,NULL,1,1,X'92AB9053BFE5EDAB0CE3934B4111C677',0,'[["published_figures","esafety-iba"]]',4,'[["harm_categories","image-based abuse",0]]',NULL,'REPORTS','19468',NULL,NULL,'REPORTS','EXACT','2018-08-01','2023-07-01','INTERVAL',NULL,NULL,0,'SUM',NULL,'au.esafety',NULL,NULL,3,NULL,NULL,NULL,'au.esafety',NULL,'metric=REPORTS&unit=REPORTS&agency=au.esafety&jurisdiction=AU&harm=NCII&start=2018-08-01&end=2023-07-01',NULL,'eSafety Commissioner, evaluation of the image-based abuse scheme, August 2018 to June 2023',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:esafety-iba-success','published_figures',1,NULL,1,1,X'342A11F17D2FBD0140212DFD382BB406',0,'[["published_figures","esafety-iba"]]',4,'[["harm_categories","image-based abuse",0],["metric","full or partial success",0]]',NULL,'TAKEDOWN_COMPLIANCE_RATE','89.9',NULL,NULL,'PERCENT','EXACT','2018-08-01','2023-07-01','INTERVAL',NULL,NULL,0,'NONE',NULL,'au.esafety',NULL,NULL,3,NULL,NULL,'removal requests that succeeded in full or in part','au.esafety',NULL,'metric=TAKEDOWN_COMPLIANCE_RATE&unit=PERCENT&agency=au.esafety&jurisdiction=AU&harm=NCII&population=removal+requests+that+succeeded+in+full+or+in+part&start=2018-08-01&end=2023-07-01',NULL,'eSafety Commissioner, evaluation of the image-based abuse scheme, August 2018 to June 2023',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:kcc-2021-removals','published_figures',1,NULL,1,1,X'53F0BBD45B2122048DEACBC9C5CF9CFA',0,NULL,2,'[["population","정보통신망법 64조의5",0]]',NULL,'TAKEDOWNS','27587',NULL,NULL,'ITEMS','EXACT','2021-01-01','2022-01-01','YEAR','Asia/Seoul',NULL,0,'SUM',NULL,NULL,NULL,NULL,3,5,NULL,'providers that report under article 64-5 of the Network Act','kr.kcc',NULL,'metric=TAKEDOWNS&unit=ITEMS&jurisdiction=KR&harm=NCII&measure=REMOVED&population=providers+that+report+under+article+64-5+of+the+Network+Act&start=2021-01-01&end=2022-01-01',NULL,'Korea Communications Commission, press release on the transparency reports for 2021',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:kcc-2022-removals','published_figures',1,NULL,1,1,X'652637CE0C00F5DFD161310A2F861A40',0,'[["published_figures","kcc-2022"]]',2,'[["population","정보통신망법 64조의5",0]]',NULL,'TAKEDOWNS','153491',NULL,NULL,'ITEMS','EXACT','2022-01-01','2023-01-01','YEAR','Asia/Seoul',NULL,0,'SUM',NULL,NULL,NULL,NULL,3,5,NULL,'providers that report under article 64-5 of the Network Act','kr.kcc',NULL,'metric=TAKEDOWNS&unit=ITEMS&jurisdiction=KR&harm=NCII&measure=REMOVED&population=providers+that+report+under+article+64-5+of+the+Network+Act&start=2022-01-01&end=2023-01-01',NULL,'Korea Communications Commission, press release on the transparency reports for 2022',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:kcc-2022-reports','published_figures',1,NULL,1,1,X'AB9A4965DDFE31FEC5D2B2C6C576E2A8',0,'[["published_figures","kcc-2022"]]',2,'[["population","정보통신망법 64조의5",0]]',NULL,'REPORTS','218931',NULL,NULL,'REPORTS','EXACT','2022-01-01','2023-01-01','YEAR','Asia/Seoul',NULL,0,'SUM',NULL,NULL,NULL,NULL,3,NULL,NULL,'providers that report under article 64-5 of the Network Act','kr.kcc',NULL,'metric=REPORTS&unit=REPORTS&jurisdiction=KR&harm=NCII&population=providers+that+report+under+article+64-5+of+the+Network+Act&start=2022-01-01&end=2023-01-01',NULL,'Korea Communications Commission, press release on the transparency reports for 2022',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:kcc-2023-providers','published_figures',1,NULL,1,1,X'3269D5510AFDC5653EA58061C8981CF2',0,'[["published_figures","kcc-2023"]]',2,'[["population","정보통신망법 64조의5",0]]',NULL,'REPORTING_PROVIDERS','90',NULL,NULL,'PROVIDERS','EXACT','2023-01-01','2024-01-01','YEAR','Asia/Seoul',NULL,0,'NONE',NULL,NULL,NULL,NULL,3,NULL,NULL,'providers that report under article 64-5 of the Network Act','kr.kcc',NULL,'metric=REPORTING_PROVIDERS&unit=PROVIDERS&jurisdiction=KR&harm=NCII&population=providers+that+report+under+article+64-5+of+the+Network+Act&start=2023-01-01&end=2024-01-01',NULL,'Korea Communications Commission, press release on the transparency reports for 2023',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:kcc-2023-removals','published_figures',1,NULL,1,1,X'66722967EBE07A4813B88310C943E9DA',0,'[["published_figures","kcc-2023"]]',2,'[["harm_categories","illegal filming material etc.",0],["population","정보통신망법 64조의5",0]]',NULL,'TAKEDOWNS','81578',NULL,NULL,'ITEMS','EXACT','2023-01-01','2024-01-01','YEAR','Asia/Seoul',NULL,0,'SUM',NULL,NULL,NULL,NULL,3,5,NULL,'providers that report under article 64-5 of the Network Act','kr.kcc',NULL,'metric=TAKEDOWNS&unit=ITEMS&jurisdiction=KR&harm=NCII&measure=REMOVED&population=providers+that+report+under+article+64-5+of+the+Network+Act&start=2023-01-01&end=2024-01-01',NULL,'Korea Communications Commission, press release on the transparency reports for 2023',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:kcc-2023-reports','published_figures',1,NULL,1,1,X'DD155E95D5CC5295C385B45F0DDF570B',0,'[["published_figures","kcc-2023"]]',2,'[["harm_categories","illegal filming material etc.",0],["population","정보통신망법 64조의5",0]]',NULL,'REPORTS','144813',NULL,NULL,'REPORTS','EXACT','2023-01-01','2024-01-01','YEAR','Asia/Seoul',NULL,0,'SUM',NULL,NULL,NULL,NULL,3,NULL,NULL,'providers that report under article 64-5 of the Network Act','kr.kcc',NULL,'metric=REPORTS&unit=REPORTS&jurisdiction=KR&harm=NCII&population=providers+that+report+under+article+64-5+of+the+Network+Act&start=2023-01-01&end=2024-01-01',NULL,'Korea Communications Commission, press release on the transparency reports for 2023',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:kcsc-2018','published_figures',1,NULL,1,1,X'BD389D979F78FA43EF24CBE5C13261AC',0,'[["published_figures","kcsc-2018"]]',2,'[["metric","correction requests",0]]',NULL,'TAKEDOWN_REQUESTS','238246',NULL,NULL,'REQUESTS','EXACT','2018-01-01','2019-01-01','YEAR','Asia/Seoul',NULL,0,'SUM',NULL,'kr.kcsc',NULL,NULL,NULL,NULL,NULL,NULL,'kr.kcsc',NULL,'metric=TAKEDOWN_REQUESTS&unit=REQUESTS&agency=kr.kcsc&jurisdiction=KR&start=2018-01-01&end=2019-01-01','measures','Korea Communications Standards Commission, annual figures for 2018',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:kcsc-2018-blocking','published_figures',1,NULL,1,1,X'B0452086E218EDBB2EA004EA8E2F6A1E',0,'[["published_figures","kcsc-2018"]]',2,'[["measures","접속차단",0],["metric","correction requests",0]]',NULL,'TAKEDOWN_REQUESTS','187980',NULL,NULL,'REQUESTS','EXACT','2018-01-01','2019-01-01','YEAR','Asia/Seoul',NULL,0,'SUM',NULL,'kr.kcsc',NULL,NULL,NULL,6,NULL,NULL,'kr.kcsc',NULL,'metric=TAKEDOWN_REQUESTS&unit=REQUESTS&agency=kr.kcsc&jurisdiction=KR&measure=ACCESS_DISABLED&start=2018-01-01&end=2019-01-01',NULL,'Korea Communications Standards Commission, annual figures for 2018',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:kcsc-2018-deliberated','published_figures',1,NULL,1,1,X'4BE3380C5EE6595FAFD77BDADB3EA6B0',0,'[["published_figures","kcsc-2018"]]',2,'[["metric","deliberated",0]]',NULL,'DELIBERATIONS','252166',NULL,NULL,'ITEMS','EXACT','2018-01-01','2019-01-01','YEAR','Asia/Seoul',NULL,0,'SUM',NULL,'kr.kcsc',NULL,NULL,NULL,NULL,NULL,NULL,'kr.kcsc',NULL,'metric=DELIBERATIONS&unit=ITEMS&agency=kr.kcsc&jurisdiction=KR&start=2018-01-01&end=2019-01-01',NULL,'Korea Communications Standards Commission, annual figures for 2018',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:kcsc-deepfake-jan-jul','published_figures',1,NULL,1,1,X'96B880D05D1D9C10727263CB99A82A2F',0,NULL,2,'[["metric","correction requests / deliberations on sexual deepfakes",0],["qualifier","more than",0]]',NULL,'TAKEDOWN_REQUESTS','6300','6300',NULL,'REQUESTS','AT_LEAST','2024-01-01','2024-08-01','INTERVAL','Asia/Seoul',NULL,0,'SUM',NULL,'kr.kcsc',NULL,NULL,1,NULL,NULL,NULL,'kr.kcsc',NULL,'metric=TAKEDOWN_REQUESTS&unit=REQUESTS&agency=kr.kcsc&jurisdiction=KR&harm=NCII_DEEPFAKE&start=2024-01-01&end=2024-08-01',NULL,'Korea Communications Standards Commission, in the Korean press of August 2024',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:kcsc-telegram-148','published_figures',1,NULL,1,1,X'EB07F7CBD696D3B59B6954E2ED87CA07',0,'[["published_figures","kcsc-telegram-2024-09"]]',2,'[["unit","videos",0]]','2024-09-30','TAKEDOWN_REQUESTS','148',NULL,NULL,'ITEMS','EXACT','2024-09-01','2024-10-01','MONTH','Asia/Seoul','about September 2024, the month before 2024-09-30',0,'SUM',NULL,'kr.kcsc','telegram',NULL,1,NULL,NULL,NULL,'kr.kcsc','2024-09-30','metric=TAKEDOWN_REQUESTS&unit=ITEMS&agency=kr.kcsc&platform=telegram&jurisdiction=KR&harm=NCII_DEEPFAKE&start=2024-09-01&end=2024-10-01',NULL,'Korea Communications Standards Commission, as reported by AFP on 2024-09-30',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:kcsc-telegram-148-removed','published_figures',1,NULL,1,1,X'E193F003DC7D0565475D63D744959B9D',0,'[["published_figures","kcsc-telegram-2024-09"]]',2,'[["unit","videos",0],["value","all complied",0]]','2024-09-30','TAKEDOWNS','148',NULL,NULL,'ITEMS','EXACT','2024-09-01','2024-10-01','MONTH','Asia/Seoul','about September 2024, the month before 2024-09-30',0,'SUM',NULL,'kr.kcsc','telegram',NULL,1,5,NULL,'items that the commission had asked to be removed','kr.kcsc','2024-09-30','metric=TAKEDOWNS&unit=ITEMS&agency=kr.kcsc&platform=telegram&jurisdiction=KR&harm=NCII_DEEPFAKE&measure=REMOVED&population=items+that+the+commission+had+asked+to+be+removed&start=2024-09-01&end=2024-10-01',NULL,'Korea Communications Standards Commission, as reported by AFP on 2024-09-30',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:kcsc-telegram-36h','published_figures',1,NULL,1,1,X'90A6353F5B1B75B9BBE114811B7B0394',0,'[["published_figures","kcsc-telegram-2024-09"]]',2,'[["value","36 hours",0]]','2024-09-30','LONGEST_TAKEDOWN_TIME','129600',NULL,NULL,'SECONDS','EXACT','2024-09-01','2024-10-01','MONTH','Asia/Seoul','about September 2024, the month before 2024-09-30',0,'NONE',NULL,'kr.kcsc','telegram',NULL,1,NULL,NULL,NULL,'kr.kcsc','2024-09-30','metric=LONGEST_TAKEDOWN_TIME&unit=SECONDS&agency=kr.kcsc&platform=telegram&jurisdiction=KR&harm=NCII_DEEPFAKE&start=2024-09-01&end=2024-10-01',NULL,'Korea Communications Standards Commission, as reported by AFP on 2024-09-30',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-318','published_figures',1,NULL,1,1,X'82E7FC74D1FD36AA0D9DAE73161B9DD4',0,NULL,2,'[["event","검거",0]]',NULL,'ARRESTS','318',NULL,NULL,'PERSONS','EXACT',NULL,'2024-09-11','INTERVAL','Asia/Seoul','to 2024-09-10',1,'NONE','APPREHENDED','kr.knpa',NULL,NULL,1,NULL,NULL,NULL,'kr.knpa',NULL,'metric=ARRESTS&unit=PERSONS&event=APPREHENDED&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&end=2024-09-11&stated=to+2024-09-10',NULL,'Korean National Police Agency, in the Korean press of September 2024',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-387','published_figures',1,NULL,1,1,X'AD0DD4A8FE3EBBABBE759C09F8D5945F',0,'[["published_figures","knpa-387"]]',2,'[["event","검거",0]]','2024-09-26','ARRESTS','387',NULL,NULL,'PERSONS','EXACT','2024-01-01','2024-09-26','INTERVAL','Asia/Seoul',NULL,1,'NONE','APPREHENDED','kr.knpa',NULL,NULL,1,NULL,NULL,NULL,'kr.knpa','2024-09-26','metric=ARRESTS&unit=PERSONS&event=APPREHENDED&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&start=2024-01-01&end=2024-09-26','age_group','Korean National Police Agency, in the Korean press of 2024-09-26; also AFP',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-387-teenagers','published_figures',1,NULL,1,1,X'AF1B6423335EB70BCCE7597599F364BE',0,'[["published_figures","knpa-387"],["published_figures","knpa-387-teenagers"]]',2,'[["dimensions","10s",0],["event","검거",0]]','2024-09-26','ARRESTS','324',NULL,NULL,'PERSONS','EXACT','2024-01-01','2024-09-26','INTERVAL','Asia/Seoul',NULL,1,'NONE','APPREHENDED','kr.knpa',NULL,NULL,1,NULL,'[["age_group","10-19"]]',NULL,'kr.knpa','2024-09-26','metric=ARRESTS&unit=PERSONS&event=APPREHENDED&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&by+age_group=10-19&start=2024-01-01&end=2024-09-26',NULL,'Korean National Police Agency, in the Korean press of 2024-09-26; also AFP',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-387-under-14','published_figures',1,NULL,1,1,X'927703CF5C981FEB7AF10ED7AA65425A',0,'[["published_figures","knpa-387-teenagers"]]',2,'[["dimensions","under 14",0],["event","촉법소년",0]]','2024-09-26','ARRESTS','66',NULL,NULL,'PERSONS','EXACT','2024-01-01','2024-09-26','INTERVAL','Asia/Seoul',NULL,1,'NONE','DIVERTED_JUVENILE','kr.knpa',NULL,NULL,1,NULL,'[["age_group","under-14"]]',NULL,'kr.knpa','2024-09-26','metric=ARRESTS&unit=PERSONS&event=DIVERTED_JUVENILE&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&by+age_group=under-14&start=2024-01-01&end=2024-09-26',NULL,'Korean National Police Agency, in the Korean press of 2024-09-26; also AFP',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-474','published_figures',1,NULL,1,1,X'CC974ACD358149C65823B00FE6466F73',0,'[["published_figures","knpa-474"]]',2,'[["event","검거",0]]',NULL,'ARRESTS','474',NULL,NULL,'PERSONS','EXACT',NULL,'2024-10-15','INTERVAL','Asia/Seoul','to 2024-10-14',1,'NONE','APPREHENDED','kr.knpa',NULL,NULL,1,NULL,NULL,NULL,'kr.knpa',NULL,'metric=ARRESTS&unit=PERSONS&event=APPREHENDED&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&end=2024-10-15&stated=to+2024-10-14',NULL,'Korean National Police Agency, in the Korean press of October 2024',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-474-cases','published_figures',1,NULL,1,1,X'22D5D71C1A42799CB63FD4C091C35602',0,'[["published_figures","knpa-474"]]',2,NULL,NULL,'CASES','921',NULL,NULL,'CASES','EXACT',NULL,'2024-10-15','INTERVAL','Asia/Seoul','to 2024-10-14',1,'NONE',NULL,'kr.knpa',NULL,NULL,1,NULL,NULL,NULL,'kr.knpa',NULL,'metric=CASES&unit=CASES&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&end=2024-10-15&stated=to+2024-10-14',NULL,'Korean National Police Agency, in the Korean press of October 2024',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-573','published_figures',1,NULL,1,1,X'08711CE44565EE9A5E02C87FF09BE7A4',0,NULL,2,'[["event","검거",0]]',NULL,'ARRESTS','573',NULL,NULL,'PERSONS','EXACT',NULL,NULL,'UNKNOWN','Asia/Seoul','to early November 2024',1,'NONE','APPREHENDED','kr.knpa',NULL,NULL,1,NULL,NULL,NULL,'kr.knpa',NULL,'metric=ARRESTS&unit=PERSONS&event=APPREHENDED&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&stated=to+early+November+2024',NULL,'Korean National Police Agency, in the Korean press of November 2024',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-682','published_figures',1,NULL,1,1,X'A02D03F1A73450AE629978E23C6D013A',0,'[["published_figures","knpa-682"]]',2,'[["event","검거",0]]',NULL,'ARRESTS','682',NULL,NULL,'PERSONS','EXACT','2024-01-01','2025-01-01','YEAR','Asia/Seoul',NULL,0,'NONE','APPREHENDED','kr.knpa',NULL,NULL,1,NULL,NULL,NULL,'kr.knpa',NULL,'metric=ARRESTS&unit=PERSONS&event=APPREHENDED&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&start=2024-01-01&end=2025-01-01','age_group','Korean National Police Agency, figures for 2024, in the Korean press of 2025',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-682-cases','published_figures',1,NULL,1,1,X'AC4FEF028DA212CD86E1FAD46CC9D7AB',0,'[["published_figures","knpa-682"]]',2,NULL,NULL,'CASES','1202',NULL,NULL,'CASES','EXACT','2024-01-01','2025-01-01','YEAR','Asia/Seoul',NULL,0,'SUM',NULL,'kr.knpa',NULL,NULL,1,NULL,NULL,NULL,'kr.knpa',NULL,'metric=CASES&unit=CASES&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&start=2024-01-01&end=2025-01-01',NULL,'Korean National Police Agency, figures for 2024, in the Korean press of 2025',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-682-detained','published_figures',1,NULL,1,1,X'6E4B7AE854FF5A0540CA134E9FA11780',0,'[["published_figures","knpa-682"]]',2,'[["event","구속",0]]',NULL,'ARRESTS','40',NULL,NULL,'PERSONS','EXACT','2024-01-01','2025-01-01','YEAR','Asia/Seoul',NULL,0,'NONE','DETAINED','kr.knpa',NULL,NULL,1,NULL,NULL,NULL,'kr.knpa',NULL,'metric=ARRESTS&unit=PERSONS&event=DETAINED&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&start=2024-01-01&end=2025-01-01',NULL,'Korean National Police Agency, figures for 2024, in the Korean press of 2025',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-682-teenagers','published_figures',1,NULL,1,1,X'2265E174762A412ABF03F3E2386A0BA8',0,'[["published_figures","knpa-682"],["published_figures","knpa-682-teenagers"]]',2,'[["dimensions","10s",0],["event","검거",0]]',NULL,'ARRESTS','548',NULL,NULL,'PERSONS','EXACT','2024-01-01','2025-01-01','YEAR','Asia/Seoul',NULL,0,'NONE','APPREHENDED','kr.knpa',NULL,NULL,1,NULL,'[["age_group","10-19"]]',NULL,'kr.knpa',NULL,'metric=ARRESTS&unit=PERSONS&event=APPREHENDED&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&by+age_group=10-19&start=2024-01-01&end=2025-01-01',NULL,'Korean National Police Agency, figures for 2024, in the Korean press of 2025',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-682-under-14','published_figures',1,NULL,1,1,X'B13A9C45421F3576B54B7FBDC2138F8A',0,'[["published_figures","knpa-682-teenagers"]]',2,'[["dimensions","under 14",0],["event","촉법소년",0]]',NULL,'ARRESTS','104',NULL,NULL,'PERSONS','EXACT','2024-01-01','2025-01-01','YEAR','Asia/Seoul',NULL,0,'NONE','DIVERTED_JUVENILE','kr.knpa',NULL,NULL,1,NULL,'[["age_group","under-14"]]',NULL,'kr.knpa',NULL,'metric=ARRESTS&unit=PERSONS&event=DIVERTED_JUVENILE&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&by+age_group=under-14&start=2024-01-01&end=2025-01-01',NULL,'Korean National Police Agency, figures for 2024, in the Korean press of 2025',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-812','published_figures',1,NULL,1,1,X'7F23A321DCD5D88AECB0A4A387EA0E3C',0,'[["published_figures","knpa-812"]]',2,NULL,'2024-09-26','REPORTS','812',NULL,NULL,'REPORTS','EXACT','2024-01-01','2024-09-26','INTERVAL','Asia/Seoul',NULL,0,'SUM',NULL,'kr.knpa',NULL,NULL,1,NULL,NULL,NULL,'kr.knpa','2024-09-26','metric=REPORTS&unit=REPORTS&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&start=2024-01-01&end=2024-09-26','period','Korean National Police Agency, in the Korean press of 2024-09-26',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-812-before-crackdown','published_figures',1,NULL,1,1,X'403C0929FDD05B6AF0B6ABA0B2A276B9',0,'[["published_figures","knpa-812"]]',2,NULL,'2024-09-26','REPORTS','445',NULL,NULL,'REPORTS','EXACT','2024-01-01','2024-08-28','INTERVAL','Asia/Seoul',NULL,0,'SUM',NULL,'kr.knpa',NULL,NULL,1,NULL,NULL,NULL,'kr.knpa','2024-09-26','metric=REPORTS&unit=REPORTS&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&start=2024-01-01&end=2024-08-28',NULL,'Korean National Police Agency, in the Korean press of 2024-09-26',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-812-since-crackdown','published_figures',1,NULL,1,1,X'D600BE62EBF49154AE7DA74D66FE9447',0,'[["published_figures","knpa-812"]]',2,NULL,'2024-09-26','REPORTS','367',NULL,NULL,'REPORTS','EXACT','2024-08-28','2024-09-26','INTERVAL','Asia/Seoul',NULL,0,'SUM',NULL,'kr.knpa',NULL,NULL,1,NULL,NULL,NULL,'kr.knpa','2024-09-26','metric=REPORTS&unit=REPORTS&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&start=2024-08-28&end=2024-09-26',NULL,'Korean National Police Agency, in the Korean press of 2024-09-26',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:knpa-963','published_figures',1,NULL,1,1,X'37FF632456DFB86C7B01E336B4DEE36F',0,NULL,2,'[["event","검거",0]]',NULL,'ARRESTS','963',NULL,NULL,'PERSONS','EXACT','2024-08-28','2025-04-01','INTERVAL','Asia/Seoul',NULL,0,'NONE','APPREHENDED','kr.knpa',NULL,NULL,1,NULL,NULL,NULL,'kr.knpa',NULL,'metric=ARRESTS&unit=PERSONS&event=APPREHENDED&agency=kr.knpa&jurisdiction=KR&harm=NCII_DEEPFAKE&start=2024-08-28&end=2025-04-01',NULL,'Korean National Police Agency, April 2025',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:security-hero-2023-south-korean','published_figures',1,NULL,1,1,X'5455BE4382B2A647961A441838F8CD95',0,'[["published_figures","security-hero-2023"]]',NULL,NULL,NULL,'SHARE_OF_CONTENT_ONLINE','53',NULL,NULL,'PERCENT','EXACT','2023-01-01','2024-01-01','YEAR',NULL,'2023 survey',0,'NONE',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'South Korean singers and actresses','us.security-hero',NULL,'metric=SHARE_OF_CONTENT_ONLINE&unit=PERCENT&population=South+Korean+singers+and+actresses&start=2023-01-01&end=2024-01-01',NULL,'Security Hero, State of Deepfakes 2023; also AFP',NULL);
INSERT INTO "statistic_version" VALUES('published_figures:security-hero-2023-videos','published_figures',1,NULL,1,1,X'DA800754E3BECD72BBF879C9E33BBDB9',0,'[["published_figures","security-hero-2023"]]',NULL,'[["qualifier","about",0]]',NULL,'CONTENT_ONLINE','96000',NULL,NULL,'ITEMS','ABOUT','2023-01-01','2024-01-01','YEAR',NULL,'2023 survey',0,'NONE',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'deepfake videos online','us.security-hero',NULL,'metric=CONTENT_ONLINE&unit=ITEMS&population=deepfake+videos+online&start=2023-01-01&end=2024-01-01',NULL,'Security Hero, State of Deepfakes 2023; also AFP',NULL);
INSERT INTO "statistic_version" VALUES('telegram_transparency:FJI/2031-01-01/2032-01-01/requests','telegram_transparency',8,NULL,8,8,X'36FB7810A8ECEA1C0F5BEE77E0105CD3',0,NULL,14,'[["jurisdictions","FJI",0],["metric","requests",0],["period","20310101-20311231",0],["value","7",0]]',NULL,'INFORMATION_REQUESTS_FULFILLED','7',NULL,NULL,'REQUESTS','EXACT','2031-01-01','2032-01-01','YEAR',NULL,NULL,0,'SUM',NULL,NULL,'telegram',NULL,NULL,NULL,NULL,'requests fulfilled with an IP address and/or a phone number',NULL,NULL,'metric=INFORMATION_REQUESTS_FULFILLED&unit=REQUESTS&platform=telegram&jurisdiction=FJ&population=requests+fulfilled+with+an+IP+address+and%2For+a+phone+number&start=2031-01-01&end=2032-01-01',NULL,NULL,NULL);
INSERT INTO "statistic_version" VALUES('telegram_transparency:FJI/2031-01-01/2032-01-01/users','telegram_transparency',8,NULL,8,8,X'8B83CDBDBFCCFB1EC8DD70C84988F4D4',0,NULL,14,'[["jurisdictions","FJI",0],["metric","users",0],["period","20310101-20311231",0],["value","null",0]]',NULL,'AFFECTED_USERS',NULL,NULL,NULL,'ACCOUNTS','NOT_REPORTED','2031-01-01','2032-01-01','YEAR',NULL,NULL,0,'NONE',NULL,NULL,'telegram',NULL,NULL,NULL,NULL,'requests fulfilled with an IP address and/or a phone number',NULL,NULL,'metric=AFFECTED_USERS&unit=ACCOUNTS&platform=telegram&jurisdiction=FJ&population=requests+fulfilled+with+an+IP+address+and%2For+a+phone+number&start=2031-01-01&end=2032-01-01',NULL,NULL,NULL);
INSERT INTO "statistic_version" VALUES('telegram_transparency:ISL/2031-01-01/2031-04-01/requests','telegram_transparency',8,NULL,8,8,X'81F2FE591DFFAE901865AEDB6BF27D3F',0,NULL,15,'[["jurisdictions","ISL",0],["metric","requests",0],["period","20310101-20310331",0],["value","3",0]]',NULL,'INFORMATION_REQUESTS_FULFILLED','3',NULL,NULL,'REQUESTS','EXACT','2031-01-01','2031-04-01','QUARTER',NULL,NULL,0,'SUM',NULL,NULL,'telegram',NULL,NULL,NULL,NULL,'requests fulfilled with an IP address and/or a phone number',NULL,NULL,'metric=INFORMATION_REQUESTS_FULFILLED&unit=REQUESTS&platform=telegram&jurisdiction=IS&population=requests+fulfilled+with+an+IP+address+and%2For+a+phone+number&start=2031-01-01&end=2031-04-01',NULL,NULL,NULL);
INSERT INTO "statistic_version" VALUES('telegram_transparency:ISL/2031-01-01/2031-04-01/users','telegram_transparency',8,NULL,8,8,X'4035E9AAEAEE22B44D41E9F997092957',0,NULL,15,'[["jurisdictions","ISL",0],["metric","users",0],["period","20310101-20310331",0],["value","5",0]]',NULL,'AFFECTED_USERS','5',NULL,NULL,'ACCOUNTS','EXACT','2031-01-01','2031-04-01','QUARTER',NULL,NULL,0,'NONE',NULL,NULL,'telegram',NULL,NULL,NULL,NULL,'requests fulfilled with an IP address and/or a phone number',NULL,NULL,'metric=AFFECTED_USERS&unit=ACCOUNTS&platform=telegram&jurisdiction=IS&population=requests+fulfilled+with+an+IP+address+and%2For+a+phone+number&start=2031-01-01&end=2031-04-01',NULL,NULL,NULL);
INSERT INTO "statistic_version" VALUES('telegram_transparency:ISL/2031-01-01/2031-10-01/requests','telegram_transparency',8,NULL,8,8,X'E24FC8C9F9070E327DD3D7D331995EE7',0,NULL,15,'[["jurisdictions","ISL",0],["metric","requests",0],["period","20310101-20310930",0],["value","9",0]]',NULL,'INFORMATION_REQUESTS_FULFILLED','9',NULL,NULL,'REQUESTS','EXACT','2031-01-01','2031-10-01','INTERVAL',NULL,NULL,0,'SUM',NULL,NULL,'telegram',NULL,NULL,NULL,NULL,'requests fulfilled with an IP address and/or a phone number',NULL,NULL,'metric=INFORMATION_REQUESTS_FULFILLED&unit=REQUESTS&platform=telegram&jurisdiction=IS&population=requests+fulfilled+with+an+IP+address+and%2For+a+phone+number&start=2031-01-01&end=2031-10-01',NULL,NULL,NULL);
INSERT INTO "statistic_version" VALUES('telegram_transparency:ISL/2031-01-01/2031-10-01/users','telegram_transparency',8,NULL,8,8,X'7DED8A15F0403B243C2E53F07D1C4BA1',0,NULL,15,'[["jurisdictions","ISL",0],["metric","users",0],["period","20310101-20310930",0],["value","11",0]]',NULL,'AFFECTED_USERS','11',NULL,NULL,'ACCOUNTS','EXACT','2031-01-01','2031-10-01','INTERVAL',NULL,NULL,0,'NONE',NULL,NULL,'telegram',NULL,NULL,NULL,NULL,'requests fulfilled with an IP address and/or a phone number',NULL,NULL,'metric=AFFECTED_USERS&unit=ACCOUNTS&platform=telegram&jurisdiction=IS&population=requests+fulfilled+with+an+IP+address+and%2For+a+phone+number&start=2031-01-01&end=2031-10-01',NULL,NULL,NULL);
INSERT INTO "statistic_version" VALUES('telegram_transparency:ISL/2031-01-01/2032-01-01/requests','telegram_transparency',8,NULL,8,8,X'DC18600C0E6A75D929307517BA64E2C2',0,NULL,15,'[["jurisdictions","ISL",0],["metric","requests",0],["period","20310101-20311231",0],["value","12",0]]',NULL,'INFORMATION_REQUESTS_FULFILLED','12',NULL,NULL,'REQUESTS','EXACT','2031-01-01','2032-01-01','YEAR',NULL,NULL,0,'SUM',NULL,NULL,'telegram',NULL,NULL,NULL,NULL,'requests fulfilled with an IP address and/or a phone number',NULL,NULL,'metric=INFORMATION_REQUESTS_FULFILLED&unit=REQUESTS&platform=telegram&jurisdiction=IS&population=requests+fulfilled+with+an+IP+address+and%2For+a+phone+number&start=2031-01-01&end=2032-01-01',NULL,NULL,NULL);
INSERT INTO "statistic_version" VALUES('telegram_transparency:ISL/2031-01-01/2032-01-01/users','telegram_transparency',8,NULL,8,8,X'29875D2F5339012E5ADDEA2EDFCE553F',0,NULL,15,'[["jurisdictions","ISL",0],["metric","users",0],["period","20310101-20311231",0],["value","14",0]]',NULL,'AFFECTED_USERS','14',NULL,NULL,'ACCOUNTS','EXACT','2031-01-01','2032-01-01','YEAR',NULL,NULL,0,'NONE',NULL,NULL,'telegram',NULL,NULL,NULL,NULL,'requests fulfilled with an IP address and/or a phone number',NULL,NULL,'metric=AFFECTED_USERS&unit=ACCOUNTS&platform=telegram&jurisdiction=IS&population=requests+fulfilled+with+an+IP+address+and%2For+a+phone+number&start=2031-01-01&end=2032-01-01',NULL,NULL,NULL);
INSERT INTO "statistic_version" VALUES('telegram_transparency:ISL/2031-04-01/2031-07-01/requests','telegram_transparency',8,NULL,8,8,X'7EFC10AC98E1A82DB835A73593FF7383',0,NULL,15,'[["jurisdictions","ISL",0],["metric","requests",0],["period","20310401-20310630",0],["value","0",0]]',NULL,'INFORMATION_REQUESTS_FULFILLED','0',NULL,NULL,'REQUESTS','EXACT','2031-04-01','2031-07-01','QUARTER',NULL,NULL,0,'SUM',NULL,NULL,'telegram',NULL,NULL,NULL,NULL,'requests fulfilled with an IP address and/or a phone number',NULL,NULL,'metric=INFORMATION_REQUESTS_FULFILLED&unit=REQUESTS&platform=telegram&jurisdiction=IS&population=requests+fulfilled+with+an+IP+address+and%2For+a+phone+number&start=2031-04-01&end=2031-07-01',NULL,NULL,NULL);
INSERT INTO "statistic_version" VALUES('telegram_transparency:ISL/2031-04-01/2031-07-01/users','telegram_transparency',8,NULL,8,8,X'947ADDA52243C849DC4A5F7BFB18135B',0,NULL,15,'[["jurisdictions","ISL",0],["metric","users",0],["period","20310401-20310630",0],["value","0",0]]',NULL,'AFFECTED_USERS','0',NULL,NULL,'ACCOUNTS','EXACT','2031-04-01','2031-07-01','QUARTER',NULL,NULL,0,'NONE',NULL,NULL,'telegram',NULL,NULL,NULL,NULL,'requests fulfilled with an IP address and/or a phone number',NULL,NULL,'metric=AFFECTED_USERS&unit=ACCOUNTS&platform=telegram&jurisdiction=IS&population=requests+fulfilled+with+an+IP+address+and%2For+a+phone+number&start=2031-04-01&end=2031-07-01',NULL,NULL,NULL);
INSERT INTO "statistic_version" VALUES('telegram_transparency:XKX/2031-07-01/2031-08-01/requests','telegram_transparency',8,NULL,8,8,X'0FF64DF77424CA85973759AE0FD22ED6',0,NULL,16,'[["jurisdictions","XKX",0],["metric","requests",0],["period","20310701-20310731",0],["value","1",0]]',NULL,'INFORMATION_REQUESTS_FULFILLED','1',NULL,NULL,'REQUESTS','EXACT','2031-07-01','2031-08-01','MONTH',NULL,NULL,0,'SUM',NULL,NULL,'telegram',NULL,NULL,NULL,NULL,'requests fulfilled with an IP address and/or a phone number',NULL,NULL,'metric=INFORMATION_REQUESTS_FULFILLED&unit=REQUESTS&platform=telegram&jurisdiction=XK&population=requests+fulfilled+with+an+IP+address+and%2For+a+phone+number&start=2031-07-01&end=2031-08-01',NULL,NULL,NULL);
INSERT INTO "statistic_version" VALUES('telegram_transparency:XKX/2031-07-01/2031-08-01/users','telegram_transparency',8,NULL,8,8,X'3638AD5315685BFECCEC25C585A0396C',0,NULL,16,'[["jurisdictions","XKX",0],["metric","users",0],["period","20310701-20310731",0],["value","1",0]]',NULL,'AFFECTED_USERS','1',NULL,NULL,'ACCOUNTS','EXACT','2031-07-01','2031-08-01','MONTH',NULL,NULL,0,'NONE',NULL,NULL,'telegram',NULL,NULL,NULL,NULL,'requests fulfilled with an IP address and/or a phone number',NULL,NULL,'metric=AFFECTED_USERS&unit=ACCOUNTS&platform=telegram&jurisdiction=XK&population=requests+fulfilled+with+an+IP+address+and%2For+a+phone+number&start=2031-07-01&end=2031-08-01',NULL,NULL,NULL);
CREATE TABLE status_event_version (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	from_revision BIGINT NOT NULL, 
	to_revision BIGINT, 
	scope INTEGER NOT NULL, 
	retrieval INTEGER NOT NULL, 
	digest BLOB NOT NULL, 
	redacted BOOLEAN NOT NULL, 
	"references" TEXT, 
	jurisdictions INTEGER, 
	native TEXT, 
	stated_at DATE, 
	status TEXT, 
	agency TEXT, 
	happened_start DATE, 
	happened_end DATE, 
	happened_precision TEXT, 
	happened_timezone TEXT, 
	happened_text TEXT, 
	place_name TEXT, 
	place_area_code TEXT, 
	place_area_name TEXT, 
	place_latitude TEXT, 
	place_longitude TEXT, 
	place_approximate BOOLEAN, 
	PRIMARY KEY (id, from_revision)
);
INSERT INTO "status_event_version" VALUES('uk_police:2031-01/c7219c4586fbb9a9fcba/1','uk_police',2,NULL,2,2,X'A100F53504011F0643EB9410DF9307A2',0,'[["uk-crime-id","aaaa000000000000000000000000000000000000000000000000000000000001"]]',7,'[["status","Offender given a caution",0],["agency","City of London Police",0]]',NULL,'OUT_OF_COURT','gb.city-of-london-police','2031-01-01','2031-02-01','MONTH','Europe/London',NULL,'On or near Example Lane','E00000001','Example 001A','51.500001','-0.100001',1);
INSERT INTO "status_event_version" VALUES('uk_police:2031-01/cebfcb58996f2bfe63d7/1','uk_police',2,NULL,2,2,X'3F951B88D8DC3FE11C43A5A7CFC199F7',0,'[["uk-crime-id","aaaa000000000000000000000000000000000000000000000000000000000002"]]',7,'[["status","Suspect charged",0],["agency","City of London Police",0]]',NULL,'CHARGED','gb.city-of-london-police','2031-01-01','2031-02-01','MONTH','Europe/London',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "status_event_version" VALUES('uk_police:2031-01/cebfcb58996f2bfe63d7/2','uk_police',2,NULL,2,2,X'743557CEBF6511448EED82F9350BDE62',0,'[["uk-crime-id","aaaa000000000000000000000000000000000000000000000000000000000002"]]',7,'[["status","Suspect charged",0],["agency","City of London Police",0]]',NULL,'CHARGED','gb.city-of-london-police','2031-01-01','2031-02-01','MONTH','Europe/London',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE takedown_rollup (
	cell BLOB NOT NULL, 
	source TEXT NOT NULL, 
	start_month INTEGER, 
	end_month INTEGER, 
	platform TEXT, 
	requested_by TEXT, 
	"trigger" TEXT, 
	status TEXT, 
	measures INTEGER, 
	harm_categories INTEGER, 
	jurisdictions INTEGER, 
	automated_detection BOOLEAN, 
	automated_decision TEXT, 
	duration_basis TEXT, 
	requested BOOLEAN NOT NULL, 
	duration BIGINT, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (cell)
);
INSERT INTO "takedown_rollup" VALUES(X'F9C067AEE9F39E8DD8FE13BE947AC72E','dsa_transparency',24305,24306,'tiktok',NULL,'OWN_INITIATIVE','EXECUTED',5,1,18,1,'FULLY','CONTENT_TO_DECISION',0,86400,1);
INSERT INTO "takedown_rollup" VALUES(X'135B148EFB5D5CCF828802B29BCAC154','dsa_transparency',24305,24306,'tiktok',NULL,'OWN_INITIATIVE','EXECUTED',5,8,18,1,'FULLY','CONTENT_TO_DECISION',0,86400,2);
INSERT INTO "takedown_rollup" VALUES(X'E38F01CD125FD36E9E039236522F884C','kcsc_push',24296,24297,'telegram','kr.kcsc','REGULATOR_REQUEST','COMPLIED',5,1,2,NULL,'UNKNOWN',NULL,1,NULL,13);
INSERT INTO "takedown_rollup" VALUES(X'7547334687E25CD711235A1B214961BB','kcsc_push',24296,24297,'telegram','kr.kcsc','REGULATOR_REQUEST','REFUSED_OR_NO_ACTION',5,1,2,NULL,'UNKNOWN',NULL,1,NULL,1);
CREATE TABLE takedown_version (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	from_revision BIGINT NOT NULL, 
	to_revision BIGINT, 
	scope INTEGER NOT NULL, 
	retrieval INTEGER NOT NULL, 
	digest BLOB NOT NULL, 
	redacted BOOLEAN NOT NULL, 
	"references" TEXT, 
	jurisdictions INTEGER, 
	native TEXT, 
	stated_at DATE, 
	platform TEXT, 
	requested_by TEXT, 
	"trigger" TEXT, 
	legal_basis TEXT, 
	legal_ground TEXT, 
	harm_categories INTEGER, 
	content_types INTEGER, 
	measures INTEGER, 
	enforcement_point TEXT, 
	status TEXT, 
	requested_start DATE, 
	requested_end DATE, 
	requested_precision TEXT, 
	requested_timezone TEXT, 
	requested_text TEXT, 
	executed_start DATE, 
	executed_end DATE, 
	executed_precision TEXT, 
	executed_timezone TEXT, 
	executed_text TEXT, 
	reported_at DATETIME, 
	content_date DATE, 
	valid_until DATE, 
	duration BIGINT, 
	duration_basis TEXT, 
	automated_detection BOOLEAN, 
	automated_decision TEXT, 
	item_count BIGINT, 
	hosts TEXT, 
	urls TEXT, 
	PRIMARY KEY (id, from_revision)
);
INSERT INTO "takedown_version" VALUES('dsa_transparency:00000000-0000-4000-8000-000000000101','dsa_transparency',9,NULL,9,9,X'076A097211A3B91C2F85CABE5FB1FA42',0,'[["dsa-platform-uid:tiktok","9007199254740993101"]]',18,'[["platform","TikTok",0],["measures","DECISION_VISIBILITY_CONTENT_REMOVED",0],["legal_basis","DECISION_GROUND_INCOMPATIBLE_CONTENT",0],["harm_categories","STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR",0],["harm_categories","KEYWORD_NON_CONSENSUAL_ITEMS_DEEPFAKE",0],["content_types","CONTENT_TYPE_IMAGE",0],["trigger","SOURCE_VOLUNTARY",0],["automated_decision","AUTOMATED_DECISION_FULLY",0]]','2025-06-30','tiktok',NULL,'OWN_INITIATIVE','TERMS_OF_SERVICE','Example rule 4.2',1,17,5,'PLATFORM','EXECUTED',NULL,NULL,NULL,NULL,NULL,'2025-06-29','2025-06-30','DAY',NULL,NULL,'2025-06-30 23:59:59.000000','2025-06-28',NULL,86400,'CONTENT_TO_DECISION',1,'FULLY',NULL,NULL,NULL);
INSERT INTO "takedown_version" VALUES('dsa_transparency:00000000-0000-4000-8000-000000000102','dsa_transparency',9,NULL,9,9,X'3011AEDD0374D6CF05C6B8776161D26F',0,'[["dsa-platform-uid:tiktok","9007199254740993102"]]',18,'[["platform","TikTok",0],["measures","DECISION_VISIBILITY_CONTENT_REMOVED",0],["legal_basis","DECISION_GROUND_INCOMPATIBLE_CONTENT",0],["harm_categories","STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE",0],["content_types","CONTENT_TYPE_IMAGE",0],["trigger","SOURCE_VOLUNTARY",0],["automated_decision","AUTOMATED_DECISION_FULLY",0]]','2025-06-30','tiktok',NULL,'OWN_INITIATIVE','TERMS_OF_SERVICE','Example rule 4.2',8,17,5,'PLATFORM','EXECUTED',NULL,NULL,NULL,NULL,NULL,'2025-06-29','2025-06-30','DAY',NULL,NULL,'2025-06-30 00:00:00.000000','2025-06-28',NULL,86400,'CONTENT_TO_DECISION',1,'FULLY',NULL,NULL,NULL);
INSERT INTO "takedown_version" VALUES('dsa_transparency:00000000-0000-4000-8000-000000000103','dsa_transparency',9,NULL,9,9,X'EA375D5DEC73B5A735AEB4085786B68A',0,'[["dsa-platform-uid:tiktok","9007199254740993103"]]',18,'[["platform","TikTok",0],["measures","DECISION_VISIBILITY_CONTENT_REMOVED",0],["legal_basis","DECISION_GROUND_INCOMPATIBLE_CONTENT",0],["harm_categories","STATEMENT_CATEGORY_UNSAFE_AND_ILLEGAL_PRODUCTS",0],["content_types","CONTENT_TYPE_IMAGE",0],["trigger","SOURCE_VOLUNTARY",0],["automated_decision","AUTOMATED_DECISION_FULLY",0]]','2025-06-30','tiktok',NULL,'OWN_INITIATIVE','TERMS_OF_SERVICE','Example rule 4.2',8,17,5,'PLATFORM','EXECUTED',NULL,NULL,NULL,NULL,NULL,'2025-06-29','2025-06-30','DAY',NULL,NULL,'2025-06-30 00:00:01.000000','2025-06-28',NULL,86400,'CONTENT_TO_DECISION',1,'FULLY',NULL,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-1','kcsc_push',13,NULL,10,13,X'43E38570B34B980F24AD3D34B51AE0A7',0,'[["notice","n-1"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-12','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','COMPLIED','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',1,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-2','kcsc_push',14,NULL,10,14,X'85633BF73FC14E587E8A743839247385',0,'[["notice","n-2"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-12','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','COMPLIED','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',2,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-3','kcsc_push',15,27,10,15,X'E206BBAF163804092C007B00FB897D4E',0,'[["notice","n-3"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-12','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','COMPLIED','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',3,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-4','kcsc_push',16,NULL,10,16,X'4F32B43D92E6C4AFE42B0853B85DB3E9',0,'[["notice","n-4"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-12','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','COMPLIED','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',4,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-5','kcsc_push',17,NULL,10,17,X'A982152FAE22A225C65512CCD39F23CA',0,'[["notice","n-5"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-12','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','COMPLIED','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',5,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-6','kcsc_push',18,NULL,10,18,X'D5517E24D50E1C1A870F35B4B1A03301',0,'[["notice","n-6"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-12','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','COMPLIED','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',6,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-7','kcsc_push',19,NULL,10,19,X'B540CCDA313B8236D018B045C867D84E',0,'[["notice","n-7"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-12','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','COMPLIED','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',7,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-8','kcsc_push',20,NULL,10,20,X'A79D62EA26A08B25C36B5F8C9AC48094',0,'[["notice","n-8"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-12','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','COMPLIED','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',8,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-9','kcsc_push',21,NULL,10,21,X'54D9B900E3502E07672C530495EAF4D1',0,'[["notice","n-9"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-12','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','COMPLIED','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',9,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-10','kcsc_push',22,NULL,10,22,X'D7842C25559250804166AE5AEB530B88',0,'[["notice","n-10"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-12','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','COMPLIED','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',10,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-11','kcsc_push',23,NULL,10,23,X'37192B7F77396046ABA2114B113C17EE',0,'[["notice","n-11"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-12','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','COMPLIED','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',11,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-12','kcsc_push',24,NULL,10,24,X'9F46A0371895349FFB4F8FFCFD6B1BFD',0,'[["notice","n-12"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-12','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','COMPLIED','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',12,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-13','kcsc_push',25,NULL,10,25,X'6984E04CA98B236269AD26C1388A0A00',0,'[["notice","n-13"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-12','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','COMPLIED','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',13,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-14','kcsc_push',26,NULL,10,26,X'270C9ED589A0218DDE0BA85F2732D927',0,'[["notice","n-14"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-12','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','COMPLIED','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',14,NULL,NULL);
INSERT INTO "takedown_version" VALUES('kcsc_push:2024-3','kcsc_push',27,NULL,10,27,X'AFDAF450497D6AC9F6DDAD4BA4B0E421',0,'[["notice","n-3"]]',2,'[["platform","telegram",0],["requested_by","kr.kcsc",0]]','2024-09-14','telegram','kr.kcsc','REGULATOR_REQUEST','UNKNOWN',NULL,1,NULL,5,'UNKNOWN','REFUSED_OR_NO_ACTION','2024-09-11','2024-09-12','DAY',NULL,NULL,'2024-09-12','2024-09-13','DAY',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UNKNOWN',3,NULL,NULL);
CREATE TABLE unknown_code (
	scope INTEGER NOT NULL, 
	field TEXT NOT NULL, 
	code TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (scope, field, code)
);
INSERT INTO "unknown_code" VALUES(6,'age_band','a word that is no group of ages',1);
INSERT INTO "unknown_code" VALUES(6,'harm_categories','SPECIMEN OFFENSE',1);
CREATE TABLE withdrawal (
	record_type TEXT NOT NULL, 
	record TEXT NOT NULL, 
	revision BIGINT NOT NULL, 
	retrieval INTEGER NOT NULL, 
	PRIMARY KEY (record_type, record, revision)
);
INSERT INTO "withdrawal" VALUES('Case','uk_police:2031-01/bfb3e767641b9c210e9e/2',12,12);
CREATE INDEX revision_committed_at ON revision (committed_at);
CREATE INDEX case_current_recorded ON case_version (from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX case_recorded ON case_version (from_revision, id);
CREATE INDEX status_event_current_recorded ON status_event_version (from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX status_event_recorded ON status_event_version (from_revision, id);
CREATE INDEX takedown_current_recorded ON takedown_version (from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX takedown_recorded ON takedown_version (from_revision, id);
CREATE INDEX arrest_current_recorded ON arrest_version (from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX arrest_recorded ON arrest_version (from_revision, id);
CREATE INDEX information_request_current_recorded ON information_request_version (from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX information_request_recorded ON information_request_version (from_revision, id);
CREATE INDEX cooperation_request_current_recorded ON cooperation_request_version (from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX cooperation_request_recorded ON cooperation_request_version (from_revision, id);
CREATE INDEX report_current_recorded ON report_version (from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX report_recorded ON report_version (from_revision, id);
CREATE INDEX statistic_current_recorded ON statistic_version (from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX statistic_recorded ON statistic_version (from_revision, id);
CREATE INDEX agreement_agency ON agreement (agency);
CREATE INDEX api_key_agreement ON api_key (agreement);
CREATE INDEX case_ended ON case_version (to_revision, id) WHERE to_revision IS NOT NULL;
CREATE INDEX status_event_ended ON status_event_version (to_revision, id) WHERE to_revision IS NOT NULL;
CREATE INDEX takedown_ended ON takedown_version (to_revision, id) WHERE to_revision IS NOT NULL;
CREATE INDEX arrest_ended ON arrest_version (to_revision, id) WHERE to_revision IS NOT NULL;
CREATE INDEX information_request_ended ON information_request_version (to_revision, id) WHERE to_revision IS NOT NULL;
CREATE INDEX cooperation_request_ended ON cooperation_request_version (to_revision, id) WHERE to_revision IS NOT NULL;
CREATE INDEX report_ended ON report_version (to_revision, id) WHERE to_revision IS NOT NULL;
CREATE INDEX statistic_ended ON statistic_version (to_revision, id) WHERE to_revision IS NOT NULL;
CREATE INDEX redaction_revision ON redaction (record_type, revision, record);
CREATE INDEX statistic_current_series ON statistic_version (series_key, released_at) WHERE to_revision IS NULL;
CREATE INDEX statistic_series ON statistic_version (series_key, released_at);
CREATE INDEX case_current_dated ON case_version (opened_start, from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX case_current_scope ON case_version (scope) WHERE to_revision IS NULL;
CREATE INDEX case_dated ON case_version (opened_start, from_revision, id);
CREATE INDEX status_event_current_dated ON status_event_version (happened_start, from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX status_event_current_scope ON status_event_version (scope) WHERE to_revision IS NULL;
CREATE INDEX status_event_dated ON status_event_version (happened_start, from_revision, id);
CREATE INDEX takedown_current_dated ON takedown_version (executed_start, from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX takedown_current_scope ON takedown_version (scope) WHERE to_revision IS NULL;
CREATE INDEX takedown_dated ON takedown_version (executed_start, from_revision, id);
CREATE INDEX arrest_current_dated ON arrest_version (happened_start, from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX arrest_current_scope ON arrest_version (scope) WHERE to_revision IS NULL;
CREATE INDEX arrest_dated ON arrest_version (happened_start, from_revision, id);
CREATE INDEX information_request_current_dated ON information_request_version (requested_start, from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX information_request_current_scope ON information_request_version (scope) WHERE to_revision IS NULL;
CREATE INDEX information_request_dated ON information_request_version (requested_start, from_revision, id);
CREATE INDEX cooperation_request_current_dated ON cooperation_request_version (requested_start, from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX cooperation_request_current_scope ON cooperation_request_version (scope) WHERE to_revision IS NULL;
CREATE INDEX cooperation_request_dated ON cooperation_request_version (requested_start, from_revision, id);
CREATE INDEX report_current_dated ON report_version (received_start, from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX report_current_scope ON report_version (scope) WHERE to_revision IS NULL;
CREATE INDEX report_dated ON report_version (received_start, from_revision, id);
CREATE INDEX statistic_current_dated ON statistic_version (period_start, from_revision, id) WHERE to_revision IS NULL;
CREATE INDEX statistic_current_scope ON statistic_version (scope) WHERE to_revision IS NULL;
CREATE INDEX statistic_dated ON statistic_version (period_start, from_revision, id);
CREATE INDEX message_received_at ON message (received_at);
COMMIT;
