import type { DeploymentDraft } from "@/contract/deployment";
import { fieldAdvice, fieldError } from "@/contract/field-problem";
import type { FieldProblem } from "@/contract/preflight";
import { usablePoolBytes } from "@/contract/storage-problems";

const gib = 1024 ** 3;
const inGib = (bytes: number): number => Math.round((bytes / gib) * 10) / 10;

/** The management VM's image (A13). The pool is thin: the file's size must fit, the virtual size should. */
export function imageProblems(draft: DeploymentDraft): FieldProblem[] {
  const { image } = draft;
  if (image === null) return [fieldError("image", "image-missing")];
  const problems: FieldProblem[] = [];
  if (image.format !== "qcow2") problems.push(fieldError("image", "image-not-qcow2", { found: image.format }));
  const usable = usablePoolBytes(draft);
  if (usable !== null && usable > 0) {
    const facts = { poolGb: inGib(usable), fileGb: inGib(image.fileBytes), virtualGb: inGib(image.virtualBytes) };
    if (image.fileBytes > usable) problems.push(fieldError("image", "image-larger-than-pool", facts));
    else if (image.virtualBytes > usable) problems.push(fieldAdvice("image", "image-may-outgrow-pool", facts));
  }
  if (image.source.kind === "url" && image.sha256 === null)
    problems.push(fieldAdvice("image.sha256", "checksum-missing"));
  if (image.source.kind === "node-path") {
    const { node } = image.source;
    if (!draft.nodes.some(({ facts }) => facts?.hostName === node))
      problems.push(fieldError("image.source.node", "node-unknown", { node }));
  }
  return problems;
}
