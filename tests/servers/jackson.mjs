// Directory sync of @boxyhq/saml-jackson (Ory Polis), with its store in memory, behind Express as its documentation shows.
import express from "express";
import jackson from "@boxyhq/saml-jackson";

const { PORT: port, TOKEN: token } = process.env;
const url = `http://127.0.0.1:${port}`;
const { directorySyncController: sync } = await jackson.default({
  externalUrl: url,
  samlPath: "/saml",
  scimPath: "/scim",
  db: { engine: "mem" },
  dsync: { callback: async () => {} },
  noAnalytics: true,
});
const { data: directory, error } = await sync.directories.create({ tenant: "tests", product: "tests", name: "tests" });
if (error) throw new Error(error.message);
await sync.directories.update?.(directory.id, {});

const app = express();
app.use(express.json({ type: ["application/json", "application/scim+json"] }));
app.use("/scim/:resource/:id?", async (request, answer) => {
  const { resource, id } = request.params;
  const number = (text) => (text === undefined ? undefined : Number.parseInt(text, 10));
  const { count, startIndex, filter } = request.query;
  const ours = request.header("Authorization") === `Bearer ${token}`;
  const { status, data } = await sync.requests.handle({
    method: request.method,
    body: Object.keys(request.body ?? {}).length ? request.body : undefined,
    directoryId: directory.id,
    apiSecret: ours ? directory.scim.secret : "",
    resourceType: resource,
    resourceId: id,
    query: { count: number(count), startIndex: number(startIndex), filter },
  });
  answer.status(status).json(data);
});
app.listen(Number(port), "127.0.0.1", () => console.log("ready"));
