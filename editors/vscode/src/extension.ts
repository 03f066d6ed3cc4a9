/** Starts `typed-bg lsp` for Python files, and holds its settings. */

import { existsSync } from "node:fs";
import { join } from "node:path";

import { commands, type ExtensionContext, window, workspace } from "vscode";
import { LanguageClient } from "vscode-languageclient/node";

const SECTION = "typed-bg";

let client: LanguageClient | undefined;
// Starts and stops come one after the other, however fast settings change.
let last: Promise<void> = Promise.resolve();

export async function activate(context: ExtensionContext): Promise<void> {
  const restart = () => (last = last.then(stop).then(start));
  context.subscriptions.push(
    commands.registerCommand(`${SECTION}.restart`, restart),
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration(SECTION)) {
        await restart();
      }
    }),
    workspace.onDidGrantWorkspaceTrust(restart),
  );
  await restart();
}

export async function deactivate(): Promise<void> {
  await last;
  await stop();
}

async function start(): Promise<void> {
  const command = findProgram();
  const started = new LanguageClient(
    SECTION,
    "typed_bg",
    { command, args: ["lsp"] },
    {
      documentSelector: [{ scheme: "file", language: "python" }],
      initializationOptions: readOptions(),
    },
  );
  try {
    await started.start();
    client = started;
  } catch (error) {
    await window.showErrorMessage(
      `typed_bg: '${command} lsp' did not start: ${error}. Install it with ` +
        `pip install 'typed-bg[lsp]', or set ${SECTION}.path to the program.`,
    );
  }
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.stop();
}

/** Return the program of the settings, of a workspace folder's environment, or on PATH. */
function findProgram(): string {
  const path = workspace.getConfiguration(SECTION).get<string>("path");
  if (path) {
    return path;
  }
  const program = process.platform === "win32" ? ["Scripts", "typed-bg.exe"] : ["bin", "typed-bg"];
  const installed = (workspace.isTrusted ? (workspace.workspaceFolders ?? []) : [])
    .map((folder) => join(folder.uri.fsPath, ".venv", ...program))
    .find(existsSync);
  return installed ?? "typed-bg";
}

/** Return the settings that differ from the server's own defaults. */
function readOptions(): Record<string, unknown> {
  const settings = workspace.getConfiguration(SECTION);
  const options: Record<string, unknown> = {
    diagnostics: settings.get("diagnostics"),
    untrusted: settings.get("untrusted") || !workspace.isTrusted,
  };
  for (const name of ["python", "also", "checkers", "importRoot"]) {
    const value = settings.get<string | string[]>(name);
    if (value?.length) {
      options[name] = value;
    }
  }
  return options;
}
