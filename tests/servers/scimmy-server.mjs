// SCIMMY with users and groups in memory: scimmy-server.mjs PORT TOKEN MODULES
import { createRequire } from "node:module";
import { randomUUID } from "node:crypto";

const [port, token, modules] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const express = require("express");
const { SCIMMY, SCIMMYRouters } = require("scimmy-routers");

/** The handlers of one type of resource; `unique` is the attribute that no two may share. */
function store(type, unique) {
  const held = new Map();
  const missing = (id) => new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);
  SCIMMY.Resources.declare(type)
    .ingress((resource, data) => {
      if (resource.id && !held.has(resource.id)) throw missing(resource.id);
      const taken = [...held.values()].some((other) => other[unique] === data[unique] && other.id !== resource.id);
      if (taken) throw new SCIMMY.Types.Error(409, "uniqueness", `${unique} is taken`);
      const id = resource.id ?? randomUUID();
      const now = new Date().toISOString();
      const created = held.get(id)?.meta.created ?? now;
      // A copy: the library hands out objects that it goes on using.
      const whole = { ...JSON.parse(JSON.stringify(data)), id, meta: { created, lastModified: now } };
      held.set(id, whole);
      return whole;
    })
    .egress((resource) => {
      if (!resource.id) return resource.filter ? resource.filter.match([...held.values()]) : [...held.values()];
      if (!held.has(resource.id)) throw missing(resource.id);
      return held.get(resource.id);
    })
    .degress((resource) => {
      if (!held.delete(resource.id)) throw missing(resource.id);
    });
}

store(SCIMMY.Resources.User, "userName");
store(SCIMMY.Resources.Group, "displayName");
const routers = new SCIMMYRouters({
  type: "bearer",
  baseUri: () => `http://127.0.0.1:${port}`,
  handler: (request) => {
    if (request.header("authorization") !== `Bearer ${token}`) throw new Error("not this token");
    return "rolewright";
  },
});
express().use("/scim", routers).listen(Number(port), "127.0.0.1", () => console.log("listening"));
