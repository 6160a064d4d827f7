"""Signs in to a tenant with msal and reads it through msgraph-core: every user, every group, its members by $batch.

usage: graph-client.py ORIGIN TENANT CLIENT AUTHORITY_PEM (secret SECRET | certificate PEM)
Prints {"users": [...], "groups": {id: {"name": ..., "members": [[type, id], ...]}}}. Whatever is refused ends it.
"""

import asyncio
import json
import ssl
import sys

import httpx
import msal
from msgraph_core import GraphClientFactory
from msgraph_core.middleware.async_graph_transport import REQUEST_OPTIONS_KEY

SELECT = "id,displayName,userPrincipalName,accountEnabled,mail,businessPhones"
BATCH = 20
# Without it, msgraph-core leaves out its middleware: retries, redirects, telemetry.
OPTIONS = {REQUEST_OPTIONS_KEY: {}}


def proof(kind, text):
    """What msal signs in with."""
    if kind == "secret":
        return text
    with open(text, encoding="ascii") as file:
        pem = file.read()
    return {"private_key": pem, "public_certificate": pem}


def token(origin, tenant, client, authority, credential):
    """A token for everything that was granted."""
    application = msal.ConfidentialClientApplication(
        client,
        authority=f"{origin}/{tenant}",
        client_credential=credential,
        instance_discovery=False,
        verify=authority,
    )
    answer = application.acquire_token_for_client(["https://graph.microsoft.com/.default"])
    if "access_token" not in answer:
        sys.exit(f"msal was refused: {answer}")
    return answer["access_token"]


async def pages(client, target):
    """The objects of a list, page by page."""
    while target:
        answer = await client.get(target, extensions=OPTIONS)
        answer.raise_for_status()
        page = answer.json()
        for entry in page["value"]:
            yield entry
        target = page.get("@odata.nextLink")


async def members(client, groups):
    """The direct members of groups, asked for twenty at a time."""
    found = {}
    for start in range(0, len(groups), BATCH):
        some = groups[start : start + BATCH]
        asked = [
            {"id": str(at), "method": "GET", "url": f"/groups/{group}/members?$select=id&$top=2"}
            for at, group in enumerate(some)
        ]
        answer = await client.post("/$batch", json={"requests": asked}, extensions=OPTIONS)
        answer.raise_for_status()
        for response in answer.json()["responses"]:
            if response["status"] != 200:
                sys.exit(f"refused in a batch: {response}")
            body, group = response["body"], some[int(response["id"])]
            later = [entry async for entry in pages(client, body.get("@odata.nextLink"))]
            found[group] = [[entry["@odata.type"], entry["id"]] for entry in body["value"] + later]
    return found


async def main(origin, tenant, client, authority, kind, text):
    bearer = token(origin, tenant, client, authority, proof(kind, text))
    plain = httpx.AsyncClient(
        base_url=f"{origin}/v1.0",
        verify=ssl.create_default_context(cafile=authority),
        headers={"Authorization": f"Bearer {bearer}"},
    )
    async with GraphClientFactory.create_with_default_middleware(client=plain) as graph:
        users = [user async for user in pages(graph, f"/users?$select={SELECT}&$top=7")]
        groups = {group["id"]: group async for group in pages(graph, "/groups?$select=id,displayName&$top=2")}
        belong = await members(graph, list(groups))
    named = {id: {"name": group["displayName"], "members": belong[id]} for id, group in groups.items()}
    json.dump({"users": users, "groups": named}, sys.stdout)


asyncio.run(main(*sys.argv[1:]))
