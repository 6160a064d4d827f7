// An Express app around scimmy and scimmy-routers, with a store in memory: filters, PATCH, schemas, errors and paging are
// theirs, the store is ours. User names and names of groups are unique in any case.
import { randomUUID } from "node:crypto";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const { PORT: port, TOKEN: token } = process.env;
const { Config, Resources, Schemas, Types } = SCIMMY;
Config.set({ patch: true, filter: { supported: true, maxResults: 200 }, etag: false, changePassword: false });
Resources.User.extend(Schemas.EnterpriseUser, false);

const stores = { User: new Map(), Group: new Map() };

function missing(kind, id) {
  return new Types.Error(404, null, `there is no ${kind} ${id}`);
}

function serve(kind, unique) {
  const store = stores[kind];
  const taken = new Map(); // the unique attribute in lower case -> id
  Resources.declare(Resources[kind], {
    egress(resource) {
      if (!resource.id) return resource.filter ? resource.filter.match([...store.values()]) : [...store.values()];
      if (!store.has(resource.id)) throw missing(kind, resource.id);
      return store.get(resource.id);
    },
    ingress(resource, data) {
      const before = resource.id && store.get(resource.id);
      if (resource.id && !before) throw missing(kind, resource.id);
      const id = resource.id ?? randomUUID();
      const name = String(data[unique]).toLowerCase();
      if (taken.has(name) && taken.get(name) !== id) throw new Types.Error(409, "uniqueness", `${unique} is taken`);
      if (before) taken.delete(String(before[unique]).toLowerCase());
      taken.set(name, id);
      const created = before?.meta?.created ?? new Date();
      const record = { ...JSON.parse(JSON.stringify(data)), id, meta: { created, lastModified: new Date() } };
      store.set(id, record);
      return record;
    },
    degress(resource) {
      const before = store.get(resource.id);
      if (!before) throw missing(kind, resource.id);
      store.delete(resource.id);
      taken.delete(String(before[unique]).toLowerCase());
      if (kind !== "User") return;
      for (const group of stores.Group.values()) {
        group.members = group.members?.filter((member) => member.value !== resource.id);
      }
    },
  });
}
serve("User", "userName");
serve("Group", "displayName");

const routers = SCIMMYRouters.default ?? SCIMMYRouters;
const handler = (request) => {
  if (request.header("Authorization") !== `Bearer ${token}`) throw new Error("the token is not ours");
  return "tests";
};
const app = express();
app.use("/scim", new routers({ type: "bearer", handler }));
app.listen(Number(port), "127.0.0.1", () => console.log("ready"));
