import { runCommand, succeeded } from "@/suite/system/run-command";

const nmcliTimeoutMs = 20_000;

/** What brings the connections back that these NICs have now. They stay on disk; ours only have precedence. */
export async function activeConnections(nics: readonly string[]): Promise<string[][]> {
  return (await activeFields("UUID,DEVICE"))
    .filter(([, device]) => device !== undefined && nics.includes(device))
    .map(([uuid = "", device = ""]) => [
      ...["nmcli", "--wait", "30", "connection", "up", "uuid", uuid],
      ...["ifname", device],
    ]);
}

/** The file behind each interface's connection, wherever NetworkManager has it from. */
export async function activeProfileFiles(): Promise<{ device: string; path: string }[]> {
  const fields = await activeFields("DEVICE,FILENAME");
  return fields.flatMap(([device = "", path = ""]) => (device === "" || path === "" ? [] : [{ device, path }]));
}

async function activeFields(names: string): Promise<string[][]> {
  const argv = ["nmcli", "--terse", "--fields", names, "connection", "show", "--active"];
  const result = await runCommand(argv, { timeoutMs: nmcliTimeoutMs });
  return succeeded(result) ? parseTerse(result.stdout) : [];
}

/** Colons and backslashes of a value have a backslash before them. */
export const parseTerse = (text: string): string[][] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(/(?<!\\):/).map((field) => field.replaceAll(/\\(.)/g, "$1")));
