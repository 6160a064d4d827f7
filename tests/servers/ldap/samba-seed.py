#!/usr/bin/env python3
"""What the test domain holds: add.ldif, and modify.ldif for what can only follow. No real person; always the same.
samba-seed.py BASE READER_PASSWORD FOLDER"""
import base64
import sys

BASE, PASSWORD, FOLDER = sys.argv[1:]
lines = []


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def entry(dn, **attributes):
    lines.append(f"dn:: {encoded(dn)}")
    for name, values in attributes.items():
        for value in values if isinstance(values, list) else [values]:
            if value is not None:
                secret = name == "unicodePwd"
                coded = base64.b64encode(f'"{value}"'.encode("utf-16-le")).decode() if secret else encoded(str(value))
                lines.append(f"{name}:: {coded}")
    lines.append("")
    return dn


def escaped(name):
    text = "".join("\\" + c if c in ',+"\\<>;=' else c for c in name)
    return "\\" + text if text.startswith("#") else text


def place(name, under=""):
    return entry(f"OU={name},{under}{BASE}", objectClass=["top", "organizationalUnit"], ou=name) and f"OU={name},{under}"


def user(name, account, under, control=512, password="User!Passw0rd1", **more):
    given, _, family = name.partition(" ")
    attributes = dict(
        objectClass=["top", "person", "organizationalPerson", "user"], cn=name, sAMAccountName=account,
        userPrincipalName=f"{account}@corp.example.test", displayName=name, givenName=given, sn=family or None,
        mail=f"{account}@example.test", userAccountControl=control, unicodePwd=password)
    attributes.update(more)
    return entry(f"CN={escaped(name)},{under}{BASE}", **attributes)


def group(name, members=(), kind=-2147483646, under="OU=Groups,OU=Company,"):
    account = "".join(c for c in name if c.isalnum() or c in " -")
    return entry(f"CN={escaped(name)},{under}{BASE}", objectClass=["top", "group"], cn=name, sAMAccountName=account,
                 groupType=kind, member=list(members))


company = place("Company")
oslo, bergen = place("Oslo", company), place("Bergen", company)
groups, elsewhere = place("Groups", company), place("Elsewhere", company)
service, bulk, changing, piles = (place(it, company) for it in ("Service", "Bulk", "Changing", "Piles"))

ada = user("Ada Lovelace", "ada", oslo, department="Engineering", title="Engineer", employeeID="1001", company="Analytical",
           physicalDeliveryOfficeName="Office 7", telephoneNumber="+4722000001", mobile="+4790000001", l="Oslo", c="NO",
           co="Norway", countryCode=578, postalCode="0150", streetAddress="Storgata 1", st="Oslo", extensionAttribute1=None,
           proxyAddresses=["SMTP:ada@example.test", "smtp:ada.l@example.test"])
grace = user("Grace Hopper", "grace", oslo, department="Engineering")
linus = user("Linus Pauling", "linus", bergen, department="Research")
asa = user("Åsa Ångström", "asa", bergen, department="Forskning & Utvikling", title="Ingeniør")
miles = user("O'Brien, Miles (Chief)", "miles", oslo)
star = user("Star * Back\\slash", "star", oslo)
hashed = user("#hash =eq+plus;semi", "hashed", oslo)
disabled = user("Dis Abled", "disabled", oslo, control=514)
user("Dis Ablednever", "disablednever", oslo, control=66050)
user("Never Expires", "never", oslo, control=66048)
expired = user("Exp Ired", "expired", oslo, accountExpires=132223104000000000)
user("Ever Lasting", "everlasting", oslo, accountExpires=9223372036854775807)
nomail = user("No Mail", "nomail", oslo, mail=None)
noupn = user("No Upn", "noupn", oslo, userPrincipalName=None)
twin = user("Twin Mail", "twin", bergen, mail="ADA@example.test")
user("Many Mails", "manymails", bergen, proxyAddresses=[f"smtp:many{i:04}@example.test" for i in range(1600)])
user("Mo Ved", "moved", changing)
user("svc-reader", "svc-reader", service, control=66048, password=PASSWORD, mail=None)
user("svc-dim", "svc-dim", service, control=66048, password=PASSWORD, mail=None)
user("svc-disabled", "svc-disabled", service, control=66050, password=PASSWORD, mail=None)
contact = entry(f"CN=Contact Only,{bergen}{BASE}", objectClass=["top", "person", "organizationalPerson", "contact"],
                cn="Contact Only", displayName="Contact Only", mail="contact@partner.test")
computer = entry(f"CN=WS01,{company}{BASE}", objectClass=["top", "person", "organizationalPerson", "user", "computer"],
                 cn="WS01", sAMAccountName="WS01$", userAccountControl=4096)
many = [user(f"Bulk User{i:05}", f"bulk{i:05}", bulk, control=514, password=None) for i in range(1600)]

core = group("App-Core", [ada, grace])
engineering = group("App-Engineering", [core, linus, disabled])
group("App-All", [engineering, asa, miles, star, hashed, nomail, noupn, expired])
group("App-Empty")
group("App-Mixed", [ada, contact, computer], kind=2)
group("App-Domain Local", [engineering], kind=-2147483644)
group("App, with+odd (chars) *", [ada])
group("App-Everybody", [f"CN=Domain Users,CN=Users,{BASE}"], kind=-2147483644)
hidden = group("Nested elsewhere", [twin], under=elsewhere)
group("App-Outside", [hidden])
group("app-lower", [grace])
group("Cycle-B", [grace])
group("Cycle-A", [f"CN=Cycle-B,OU=Groups,OU=Company,{BASE}", linus])
for count in (1499, 1500, 1501, 1600):
    group(f"Pile-{count}", many[:count], under=piles)

with open(f"{FOLDER}/add.ldif", "w") as file:
    file.write("\n".join(lines) + "\n")
with open(f"{FOLDER}/modify.ldif", "w") as file:
    file.write(f"dn: CN=Cycle-B,OU=Groups,OU=Company,{BASE}\nchangetype: modify\nadd: member\n"
               f"member: CN=Cycle-A,OU=Groups,OU=Company,{BASE}\n-\n\n")
