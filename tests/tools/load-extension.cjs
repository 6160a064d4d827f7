// Loads an extension for Visual Studio Code without it: whatever is asked of the module `vscode` is a class that does nothing.
const Module = require("module");
const stub = () =>
  new Proxy(class {}, {
    get: (target, key) => (key in target || typeof key === "symbol" ? target[key] : stub()),
    apply: stub,
  });
const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? stub() : load(name, ...rest));
const extension = require(process.argv[2]);
console.log(typeof extension.activate, typeof extension.deactivate);
