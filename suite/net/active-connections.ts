import { runCommand, succeeded } from "@/suite/system/run-command";

const nmcliTimeoutMs = 20_000;

/** What brings the connections back that these NICs have now. They stay on disk; ours only have precedence. */
export async function activeConnections(nics: readonly string[]): Promise<string[][]> {
  const argv = ["nmcli", "--terse", "--fields", "UUID,DEVICE", "connection", "show", "--active"];
  const result = await runCommand(argv, { timeoutMs: nmcliTimeoutMs });
  if (!succeeded(result)) return [];
  return parseActive(result.stdout)
    .filter(({ device }) => nics.includes(device))
    .map(({ uuid, device }) => ["nmcli", "--wait", "30", "connection", "up", "uuid", uuid, "ifname", device]);
}

export const parseActive = (text: string): { uuid: string; device: string }[] =>
  text.split("\n").flatMap((line) => {
    const [uuid, device] = line.trim().split(":");
    return uuid === undefined || device === undefined || device === "" ? [] : [{ uuid, device }];
  });
