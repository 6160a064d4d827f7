// Starts `rolewright lsp` for the policies of the opened folder.
const { commands, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function settings() {
  const own = workspace.getConfiguration("rolewright");
  return { workspace: own.get("workspace"), snapshot: own.get("snapshot") };
}

async function start() {
  const command = workspace.getConfiguration("rolewright").get("path");
  client = new LanguageClient(
    "rolewright",
    "Rolewright",
    { command, args: ["lsp", "--stdio"] },
    {
      documentSelector: [{ scheme: "file", language: "yaml" }],
      initializationOptions: settings(),
      synchronize: { configurationSection: "rolewright" },
    },
  );
  await client.start();
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function activate(context) {
  context.subscriptions.push(
    commands.registerCommand("rolewright.restart", async () => {
      await stop();
      await start();
    }),
    // Another program is another server; the other settings reach the one that runs.
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("rolewright.path")) {
        await stop();
        await start();
      }
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
