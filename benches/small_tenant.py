#!/usr/bin/env python3
"""small_tenant.py DIR [USERS]: a tenant for `benches/tenant`, the same bytes on every machine and with every Python 3.

Users, groups and memberships as Microsoft Graph shapes them, accounts and groups as SCIM does: nested groups, an exclusion,
accounts to make, to adopt, to update and to deactivate, rights that are missing and rights that are too many, missing and
shared mails, names outside ASCII.
"""

import json
import os
import sys

GIVEN = ["Emma", "Zoë", "Mateusz", "Nguyễn", "Ana", "Søren", "李", "Олена"]
FAMILY = ["Eriksson", "Łukasz", "O'Neil", "García", "Weiß", "Smith \"Jr\"", "王", "Шевченко"]
PLACES = [("São Paulo", "Brazil"), ("Zürich", "Switzerland"), ("Austin", "United States"), ("Kraków", "Poland")]
ROLES = 40
MASK = (1 << 64) - 1


def mixed(number):
    """A number that looks random (splitmix64)."""
    number = (number + 0x9E3779B97F4A7C15) & MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & MASK
    return number ^ (number >> 31)


def guid(kind, number):
    digits = f"{mixed(kind * 1_000_003 + number):016x}{mixed(kind * 7_000_003 + number):016x}"
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


def one_in(number, kind, count):
    """Whether a number is one of those, one in `count`, that something is true of."""
    return mixed(number * 31 + kind) % count == 0


def user(number):
    luck = mixed(number)
    given, family = GIVEN[luck % 8], FAMILY[luck // 8 % 8]
    name = f"u{number:06}@contoso.example"
    mail = None if one_in(number, 1, 200) else name
    if number and one_in(number, 2, 400):
        mail = f"U{number - 1:06}@contoso.example"
    city, country = PLACES[luck // 64 % 4]
    phone = None if one_in(number, 3, 8) else f"+49{luck % 10**9:09}"
    return {
        "id": guid(1, number), "userPrincipalName": name, "mail": mail, "givenName": given, "surname": family,
        "displayName": f"{given} {family}", "department": f"Department {luck // 256 % 30}",
        "jobTitle": f"Title {luck // 8192 % 50}", "companyName": "Contoso GmbH", "city": city, "country": country,
        "businessPhones": [phone] if phone else [], "mobilePhone": phone, "accountEnabled": not one_in(number, 4, 25),
        "employeeId": f"E{number:08}", "createdDateTime": "2009-02-08T14:42:46Z", "userType": "Member",
    }


def account(number, user):
    linked = not one_in(number, 5, 50)
    title = "Old title" if one_in(number, 6, 50) else user["jobTitle"]
    emails = [{"value": user["mail"], "type": "work", "primary": True}] if user["mail"] else []
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": f"{mixed(number + 5):016x}",
        **({"externalId": user["id"]} if linked else {}),
        "userName": user["userPrincipalName"], "name": {"givenName": user["givenName"], "familyName": user["surname"]},
        "displayName": user["displayName"], "title": title, "active": user["accountEnabled"], "emails": emails,
        "phoneNumbers": [{"value": user["mobilePhone"], "type": "mobile"}] if user["mobilePhone"] else [],
        "addresses": [{"locality": user["city"], "country": user["country"]}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "employeeNumber": user["employeeId"], "department": user["department"], "organization": user["companyName"],
        },
        "meta": {"resourceType": "User", "location": f"https://bench.example/scim/v2/Users/{number}"},
    }


def roles_of(number):
    return sorted({mixed(number * 3 + place) % ROLES for place in range(mixed(number + 9) % 4)})


def tenant(count):
    """The lines of each file."""
    users = [user(number) for number in range(count)]
    names = ["Licensed", "Staff", "Non AD sync"] + [f"Role_{role:03}" for role in range(ROLES)]
    names += [f"Department {place}" for place in range(30)]
    groups = {name: guid(2, place) for place, name in enumerate(names)}
    member = {name: [] for name in names}
    member["Licensed"].append(groups["Staff"])
    held = {role: [] for role in range(ROLES)}
    accounts = []
    for number, record in enumerate(users):
        if not one_in(number, 7, 40):
            member["Staff"].append(record["id"])
        if one_in(number, 8, 100):
            member["Non AD sync"].append(record["id"])
        member[record["department"]].append(record["id"])
        roles = roles_of(number)
        for role in roles:
            member[f"Role_{role:03}"].append(record["id"])
        if one_in(number, 9, 20):
            continue
        accounts.append(account(number, record))
        surplus = [mixed(number) % ROLES] if one_in(number, 10, 50) else []
        for role in roles[:-1] + surplus if one_in(number, 11, 50) else roles + surplus:
            held[role].append(accounts[-1]["id"])
    for number in range(count, count + count // 100):
        accounts.append(account(number, user(number)))
    order = sorted(range(len(accounts)), key=lambda place: mixed(place + 17))
    yield "users", users
    yield "groups", ({"id": id, "displayName": name, "createdDateTime": "2010-01-10T08:00:00Z"} for name, id in groups.items())
    yield "members", ({"groupId": groups[name], "memberId": id} for name in names for id in member[name])
    yield "accounts", (accounts[place] for place in order)
    yield "entitlements", (
        {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": f"ent{role:06}", "displayName": f"Role_{role:03}",
         "members": [{"value": id} for id in held[role]]}
        for role in range(ROLES)
    )


def main():
    folder, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    os.makedirs(folder, exist_ok=True)
    for name, records in tenant(count):
        with open(os.path.join(folder, f"{name}.ndjson"), "w", encoding="utf-8", newline="\n") as file:
            for record in records:
                file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


main()
