// Activates the extension for Visual Studio Code without it, and prints which program it starts, and how: load it with the setting
// `rolewright.path` as argument.
const Module = require("module");
const path = require("path");
const [, , setting] = process.argv;
const vscode = {
  commands: { registerCommand: () => ({}) },
  workspace: {
    getConfiguration: () => ({ get: (name) => (name === "path" ? setting : "") }),
    onDidChangeConfiguration: () => ({}),
  },
};
class LanguageClient {
  constructor(id, name, program) {
    console.log(JSON.stringify(program));
  }
  async start() {}
}
const load = Module._load;
const stubs = { vscode, "vscode-languageclient/node": { LanguageClient } };
Module._load = (name, ...rest) => stubs[name] ?? load(name, ...rest);
const extension = require(path.join(__dirname, "../../docs/editors/vscode/src/extension.js"));
extension.activate({ subscriptions: [], extensionPath: "/the/extension" });
