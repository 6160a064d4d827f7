// Starts `rolewright lsp` for the policies of the opened folder.
const { commands, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function settings() {
  const own = workspace.getConfiguration("rolewright");
  return { workspace: own.get("workspace"), snapshot: own.get("snapshot") };
}

// Windows looks for a mere name in the program's own folder before `PATH`, and that would be the opened folder, whoever wrote it.
function program(context) {
  const command = workspace.getConfiguration("rolewright").get("path");
  const options = /[\\/]/.test(command) ? {} : { cwd: context.extensionPath };
  return { command, args: ["lsp", "--stdio"], options };
}

async function start(context) {
  client = new LanguageClient(
    "rolewright",
    "Rolewright",
    program(context),
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
      await start(context);
    }),
    // Another program is another server; the other settings reach the one that runs.
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("rolewright.path")) {
        await stop();
        await start(context);
      }
    }),
  );
  await start(context);
}

module.exports = { activate, deactivate: stop };
