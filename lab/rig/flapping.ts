// A switch port that goes down and up by a program inside the rig's machine (guest/flap).
import { HUB_NAMESPACE } from "@/lab/plan";
import { inRig } from "@/lab/rig/switch";
import { run } from "@/lab/shell";

const PROGRAM = "/usr/lib/trivet-rig/flap";
const START =
  'mkdir -p /run/trivet/flaps; setsid "$@" </dev/null >/dev/null 2>&1 & until [ -s "$2" ]; do sleep 0.05; done';
// The program takes the port up before it ends.
const STOP =
  '[ -s "$1" ] || exit 0; read -r pid <"$1"; kill "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done; rm "$1"';

function record(port: string): string {
  return `/run/trivet/flaps/${port}`;
}

export async function startFlapping(port: string, beat: { upMs: number; downMs: number }): Promise<void> {
  const seconds = [beat.upMs, beat.downMs].map((ms) => (ms / 1000).toFixed(3));
  await run(["sh", "-c", START, "flap", PROGRAM, record(port), HUB_NAMESPACE, port, ...seconds], {}, inRig);
}

export async function stopFlapping(port: string): Promise<void> {
  await run(["sh", "-c", STOP, "flap", record(port)], {}, inRig);
}
