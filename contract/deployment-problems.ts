import { configProblems } from "@/contract/config-problems";
import { type DeploymentDraft, type WizardPlace, wizardPlaces } from "@/contract/deployment";
import { fieldAdvice, fieldError } from "@/contract/field-problem";
import { imageProblems } from "@/contract/image-problems";
import { networkProblems } from "@/contract/network-problems";
import { nodeProblems } from "@/contract/node-problems";
import type { FieldProblem } from "@/contract/preflight";
import { evaluatePreflight } from "@/contract/preflight-checks";
import { storageProblems } from "@/contract/storage-problems";

/** Places a person fills in, in the order they depend on each other. */
const filledPlaces = ["nodes", "preflight", "networks", "storage", "image", "configuration"] as const;
type FilledPlace = (typeof filledPlaces)[number];

const judges: Record<FilledPlace, (draft: DeploymentDraft) => FieldProblem[]> = {
  nodes: nodeProblems,
  preflight: preflightProblems,
  networks: networkProblems,
  storage: storageProblems,
  image: imageProblems,
  configuration: configProblems,
};

/** Everything wrong or unwise in a draft, in the wizard's order. Errors stop the deployment, advice does not. */
export function draftProblems(draft: DeploymentDraft): FieldProblem[] {
  return filledPlaces.flatMap((place) => judges[place](draft));
}

export function placeProblems(draft: DeploymentDraft, place: WizardPlace): FieldProblem[] {
  return isFilled(place) ? judges[place](draft) : [];
}

/** Pre-flight's failures as problems: a hard check that is not known to pass stops the deployment. */
function preflightProblems(draft: DeploymentDraft): FieldProblem[] {
  return evaluatePreflight(draft)
    .filter((result) => result.state !== "pass")
    .map((result) => {
      const make = result.severity === "hard" ? fieldError : fieldAdvice;
      return make(`preflight.${result.id}`, result.state === "fail" ? "check-failed" : "check-unknown", {
        ...result.facts,
        check: result.id,
        node: result.node ?? "",
      });
    });
}

/** `waiting`: an earlier place must be right first, so nothing can be said about this one. */
export type PlaceState = "right" | "advice" | "wrong" | "waiting";

export function placeState(draft: DeploymentDraft, place: WizardPlace): PlaceState {
  if (place === "prepare") return draft.preparation.length > 0 ? "right" : "waiting";
  if (place === "done") return "waiting";
  if (place === "review") return firstOpenPlace(draft) === "review" ? "right" : "waiting";
  const needsNodes = place !== "nodes" && draft.nodes.every(({ facts }) => facts === null);
  if (needsNodes) return "waiting";
  const problems = placeProblems(draft, place);
  if (problems.some((problem) => problem.severity === "error")) return "wrong";
  return problems.length > 0 ? "advice" : "right";
}

/** Where the wizard opens: the first place that still has an error; review when there is none. */
export function firstOpenPlace(draft: DeploymentDraft): WizardPlace {
  if (draft.nodes.length === 0 && draft.preparation.length === 0) return "prepare";
  return filledPlaces.find((place) => judges[place](draft).some(({ severity }) => severity === "error")) ?? "review";
}

/** The place a problem belongs to, from the first part of its path. */
export function placeOf(problem: Pick<FieldProblem, "path">): WizardPlace {
  const [root] = problem.path.split(".");
  switch (root) {
    case "clusterName":
    case "nodes":
      return "nodes";
    case "config":
    case "software":
    case "platform":
    case "haProfile":
      return "configuration";
    default:
      return wizardPlaces.find((place) => place === root) ?? "review";
  }
}

const isFilled = (place: WizardPlace): place is FilledPlace => (filledPlaces as readonly WizardPlace[]).includes(place);
