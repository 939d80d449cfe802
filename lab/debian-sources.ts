// Where this machine gets Debian from. The lab names no mirror of its own: it reads apt's configuration.
import { run } from "@/lab/shell";
import { LabError } from "@/lab/lab-error";

export interface DebianMirrors {
  main: string;
  security: string | null;
}

export const DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

export async function debianMirrors(): Promise<DebianMirrors> {
  const text = await run([
    "apt-get",
    "indextargets",
    "--format",
    "$(REPO_URI)|$(ORIGIN)|$(LABEL)",
    "Created-By: Packages",
  ]);
  const found = parseIndexTargets(text);
  const main = process.env.TRIVET_LAB_MIRROR ?? found.main;
  if (!main) {
    throw new LabError(
      "this machine's apt knows no Debian mirror (Ubuntu?): set TRIVET_LAB_MIRROR to the URI of a Debian mirror it may use, then try again",
    );
  }
  return { main, security: found.security };
}

export function parseIndexTargets(text: string): { main: string | null; security: string | null } {
  const rows = text.split("\n").map((line) => line.split("|"));
  const uri = (label: string) => rows.find((row) => row[1] === "Debian" && row[2] === label)?.[0] ?? null;
  return { main: uri("Debian"), security: uri("Debian-Security") };
}

/** The sources of the nodes' own release, whatever release the host runs. */
export function bookwormSources(mirrors: DebianMirrors): string {
  const line = (uri: string, suite: string) => `deb [signed-by=${DEBIAN_KEYRING}] ${uri} ${suite} main\n`;
  return (
    line(mirrors.main, "bookworm") +
    line(mirrors.main, "bookworm-updates") +
    (mirrors.security ? line(mirrors.security, "bookworm-security") : "")
  );
}
