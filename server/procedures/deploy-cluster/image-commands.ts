import { managementVmImageName } from "@/contract/ha-config";
import type { DeploymentInput } from "@/contract/deployment-input";
import { cephUserOf } from "@/server/steps/deployment/ceph-commands";

/** Where the QCOW2 lies on the first node while it is imported. */
export const stagedImagePath = (input: DeploymentInput): string =>
  input.image.source.kind === "node-path" ? input.image.source.path : "/var/lib/trivet/images/management-vm.qcow2";

export const rbdName = (input: DeploymentInput): string => `${input.storage.pool}/${managementVmImageName}`;

/** Import goes here and is renamed when whole: an image under the final name is never half an image. */
export const importName = (input: DeploymentInput): string => `${rbdName(input)}.import`;

/** Key of the image's own note of how far its import is: "importing DIGEST ATTEMPT", "imported DIGEST" or "compared DIGEST". */
export const importMark = "trivet.import";

/** The features the suite relies on: without exclusive-lock a paused QEMU that wakes up writes beside the new one. */
export const imageFeatures = "layering,exclusive-lock,object-map,fast-diff,deep-flatten";

/** rbd … as the user this deployment has. */
export function rbd(input: DeploymentInput, ...words: string[]): string[] {
  const user = cephUserOf(input);
  return user === null ? ["rbd", ...words] : ["rbd", "--id", user, ...words];
}

/** An image as QEMU is to open it. */
function qemuName(input: DeploymentInput, image: string): string {
  const user = cephUserOf(input);
  return user === null ? `rbd:${image}` : `rbd:${image}:id=${user}`;
}

export const createImage = (input: DeploymentInput): string[] =>
  rbd(input, "create", "--size", `${input.image.virtualBytes}B`, "--image-feature", imageFeatures, importName(input));

export const markImage = (input: DeploymentInput, image: string, value: string): string[] =>
  rbd(input, "image-meta", "set", image, importMark, value);

/**
 * The manual's import, faster: into an image known to be empty, so zeroes are not written (`--target-is-zero` needs `-n`),
 * and with eight requests in flight, out of order.
 */
export const convertImage = (input: DeploymentInput): string[] => [
  "qemu-img",
  "convert",
  "-p",
  "-n",
  "--target-is-zero",
  "-W",
  "-m",
  "8",
  "-f",
  "qcow2",
  "-O",
  "raw",
  stagedImagePath(input),
  qemuName(input, importName(input)),
];

export const compareImage = (input: DeploymentInput): string[] => [
  "qemu-img",
  "compare",
  "-p",
  "-f",
  "qcow2",
  "-F",
  "raw",
  stagedImagePath(input),
  qemuName(input, rbdName(input)),
];

/** Last "(12.34/100%)" of qemu-img's progress line as a fraction; null when there is none. */
export function qemuImgFraction(text: string): number | null {
  const last = [...text.matchAll(/\((\d+(?:\.\d+)?)\/100%\)/g)].at(-1)?.[1];
  return last === undefined ? null : Math.min(1, Number(last) / 100);
}

/** Seconds left at the pace so far; null while there is too little to tell. */
export function remainingSeconds(fraction: number, elapsedSeconds: number): number | null {
  return fraction < 0.02 || elapsedSeconds < 1 ? null : Math.round((elapsedSeconds * (1 - fraction)) / fraction);
}
