// Starts `clausebook lsp` where a workspace holds a book.toml, and says so when it cannot.

const { execFile } = require("node:child_process");
const { promisify } = require("node:util");
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

async function start() {
  const command = vscode.workspace.getConfiguration("clausebook").get("path") || "clausebook";
  try {
    await promisify(execFile)(command, ["--version"]);
  } catch (error) {
    vscode.window.showErrorMessage(
      `clausebook cannot be started: install it, or name it in the setting clausebook.path. "${command}" gave: ${error?.message ?? error}`,
    );
    return;
  }
  client = new LanguageClient(
    "clausebook",
    { command, args: ["lsp"] },
    {
      documentSelector: [
        { scheme: "file", language: "markdown" },
        { scheme: "file", pattern: "**/book.toml" },
      ],
    },
  );
  await client.start();
}

async function stop() {
  const running = client;
  client = undefined;
  if (running && running.needsStop()) await running.stop();
}

async function restart() {
  await stop();
  await start();
}

exports.activate = async (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand("clausebook.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("clausebook.path")) restart();
    }),
  );
  await start();
};

exports.deactivate = stop;
