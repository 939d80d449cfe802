import { CephSession, type SessionSetup } from "@/suite/ceph/ceph-session";
import { startLineProcess } from "@/suite/system/line-process";

/** The one open connection of this daemon; another pool in the configuration gets a new one. */
export function keptSession(onTrouble: (why: string) => void): (setup: SessionSetup) => CephSession {
  let kept: { key: string; session: CephSession } | null = null;
  let told = "";
  const tell = (why: string): void => {
    // Every few seconds the same sentence where python3-rados is missing.
    if (why !== told) onTrouble(why);
    told = why;
  };
  return (setup) => {
    const key = JSON.stringify(setup);
    if (kept?.key !== key) {
      kept?.session.stop();
      kept = { key, session: new CephSession(setup, startLineProcess, tell) };
    }
    return kept.session;
  };
}
