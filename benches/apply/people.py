#!/usr/bin/env python3
"""people.py DIR USERS: users for `benches/apply.sh`, as Microsoft Graph shapes them."""

import json
import os
import sys


def main():
    folder, users = sys.argv[1], int(sys.argv[2])
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "users.ndjson"), "w", encoding="utf-8") as out:
        for number in range(users):
            name = f"u{number}@contoso.example"
            user = {
                "id": f"00000000-0000-4000-8000-{number:012}", "userPrincipalName": name, "mail": name,
                "givenName": "Emma", "surname": "Eriksson", "displayName": "Emma Eriksson", "jobTitle": "Senior Analyst",
                "department": "Finance", "companyName": "Contoso GmbH", "city": "São Paulo", "country": "Brazil",
                "employeeId": f"E{number}", "accountEnabled": True, "userType": "Member",
            }
            out.write(json.dumps(user, ensure_ascii=False) + "\n")
    for name in ["groups", "members"]:
        open(os.path.join(folder, f"{name}.ndjson"), "w", encoding="utf-8").close()


main()
