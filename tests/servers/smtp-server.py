"""A mail server that keeps what it is sent: smtp-server.py MODE FOLDER [USER PASSWORD]

MODE is `tls`, `startTls` or `none`; with the first two FOLDER holds certificate.pem and key.pem. With USER, logging in is
required. Prints the port it listens on, writes each message it takes to FOLDER as N.json, and ends with its stdin. It
refuses the recipient `refused@contoso.example`, and tells whoever logs in wrongly what the password is.
"""

import asyncio
import base64
import email
import email.policy
import json
import os
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult

mode, folder = sys.argv[1:3]
user, password = (sys.argv[3:5] + [None, None])[:2]
count = 0


def authenticate(server, session, envelope, mechanism, data):
    if (data.login, data.password) == (user.encode(), password.encode()):
        return AuthResult(success=True, auth_data=user)
    line = base64.b64encode(b"\0" + data.login + b"\0" + data.password).decode()
    told = f"535 5.7.8 `{data.password.decode()}` in `{line}` is wrong, it is `{password}`"
    return AuthResult(success=False, handled=False, message=told)


class Keeper:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == "refused@contoso.example":
            return "550 5.1.1 nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        global count
        count += 1
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(("plain",))
        kept = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "login": session.auth_data,
            "encrypted": session.ssl is not None or mode == "tls",
            "headers": [[name, str(value)] for name, value in message.items()],
            "text": body.get_content(),
            "attachments": [
                {
                    "name": part.get_filename(),
                    "type": part.get_content_type(),
                    "base64": base64.b64encode(part.get_content()).decode(),
                }
                for part in message.iter_attachments()
            ],
        }
        path = os.path.join(folder, f"{count}.json")
        with open(path + ".part", "w", encoding="utf-8") as file:
            json.dump(kept, file)
        os.rename(path + ".part", path)
        return "250 OK"


def context():
    if mode == "none":
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(os.path.join(folder, "certificate.pem"), os.path.join(folder, "key.pem"))
    return made


def protocol():
    starts = mode == "startTls"
    return SMTP(
        Keeper(),
        hostname="localhost",
        tls_context=context() if starts else None,
        require_starttls=starts,
        authenticator=authenticate if user else None,
        auth_required=bool(user),
        auth_require_tls=starts,
    )


async def serve():
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    secure = context() if mode == "tls" else None
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=secure)
    print(server.sockets[0].getsockname()[1], flush=True)

    def watch():
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=watch, daemon=True).start()
    await ended.wait()
    os._exit(0)


asyncio.run(serve())
