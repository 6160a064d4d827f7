// better-auth with its SCIM plugin and its store in memory, behind Node's http. Its store does not keep transactions apart,
// so requests come one after the other.
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { getAuthTables } from "better-auth/db";
import { toNodeHandler } from "better-auth/node";
import { scim } from "@better-auth/scim";

const { PORT: port, TOKEN: token } = process.env;
const options = {
  baseURL: `http://127.0.0.1:${port}`,
  basePath: "/api/auth",
  secret: "a secret of these tests, at least 32 long",
  logger: { level: "error" },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [scim({ connections: [{ id: "tests", credentials: [{ id: "tests", token }] }] })],
};
const tables = Object.values(getAuthTables(options)).map((table) => [table.modelName, []]);
const handle = toNodeHandler(betterAuth({ ...options, database: memoryAdapter(Object.fromEntries(tables)) }));
let last = Promise.resolve();
createServer((request, answer) => {
  last = last.then(() => handle(request, answer)).catch((error) => console.error(error));
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
