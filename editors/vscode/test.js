// The extension loads, and the program it starts answers the library that it speaks with.

const assert = require("node:assert");
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { test } = require("node:test");
const { pathToFileURL } = require("node:url");
const rpc = require("vscode-jsonrpc/node");

test("the bundle loads and can be started and stopped", () => {
  // Classes of the editor that the library extends; what they do is the editor's.
  const editor = new Proxy({}, { get: () => class {} });
  const load = Module._load;
  Module._load = (name, ...rest) => (name === "vscode" ? editor : load(name, ...rest));
  const extension = require("./dist/extension.js");
  Module._load = load;
  assert.deepEqual(Object.keys(extension), ["activate", "deactivate"]);
});

test("only the machine says what is started", () => {
  const setting = require("./package.json").contributes.configuration.properties["clausebook.path"];
  assert.equal(setting.scope, "machine");
});

test("clausebook lsp answers about the sample", { timeout: 60_000 }, async () => {
  const { CLAUSEBOOK, SAMPLE } = process.env;
  const file = path.join(SAMPLE, "sample-sms/processes/change/change-management-policy.md");
  const uri = pathToFileURL(file).href;
  const server = spawn(CLAUSEBOOK, ["lsp", "--stdio"], { cwd: SAMPLE, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  const connection = rpc.createMessageConnection(
    new rpc.StreamMessageReader(server.stdout),
    new rpc.StreamMessageWriter(server.stdin),
  );
  const judged = new Promise((resolve) => connection.onRequest("workspace/codeLens/refresh", () => resolve(null)));
  connection.listen();
  const folder = { uri: pathToFileURL(SAMPLE).href, name: "sample" };
  const capabilities = { workspace: { codeLens: { refreshSupport: true } } };
  await connection.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities, workspaceFolders: [folder] });
  await connection.sendNotification("initialized", {});
  const text = fs.readFileSync(file, "utf8");
  await connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "markdown", version: 1, text } });
  await judged;
  const lenses = await connection.sendRequest("textDocument/codeLens", { textDocument: { uri } });
  assert.match(lenses[0].command.title, /^version 2\.0 in force from 2026-05-18, level \d/);
  assert.doesNotMatch(lenses[0].command.title, /differs/);
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  assert.equal(await ended, 0);
});
