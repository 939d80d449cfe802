import { randomUUID } from "node:crypto";
import type { DeploymentDraft, DraftNode } from "@/contract/deployment";
import { AppError, type ErrorReport } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import { changeDraft, type DraftView, draftRow, getDraft } from "@/server/deployment/service";
import type { NodeAccess, NodeLogin, OneTimeCredentials } from "@/server/ports/node-access";

export interface NewNode {
  address: string;
  port: number;
  user: string;
}

export type NodeOutcome = { nodeId: string; address: string; error: ErrorReport | null };
export interface NodesAnswer {
  view: DraftView;
  /** One per node asked about, in the draft's order. */
  outcomes: NodeOutcome[];
}

/** The nodes of a draft: reached, trusted, read. What was found is saved; passwords are used once and dropped. */
export class DraftNodes {
  constructor(private readonly access: NodeAccess) {}

  /** Adds what is new and asks each for its host key. A node that does not answer is kept, with its error told. */
  async add(draftId: string, wanted: readonly NewNode[]): Promise<NodesAnswer> {
    const { draft } = await draftRow(draftId);
    const fresh = wanted.filter(
      (one, at) =>
        !draft.nodes.some((node) => node.address === one.address && node.port === one.port) &&
        wanted.findIndex((other) => other.address === one.address && other.port === one.port) === at,
    );
    const added = fresh.map((one): DraftNode => ({ ...blankNode, id: randomUUID(), ...one }));
    await changeDraft(draftId, (now) => ({ ...now, nodes: [...now.nodes, ...added] }));
    return this.probe(
      draftId,
      added.map(({ id }) => id),
    );
  }

  async remove(draftId: string, nodeId: string): Promise<DraftView> {
    return changeDraft(draftId, (draft) => ({ ...draft, nodes: draft.nodes.filter(({ id }) => id !== nodeId) }));
  }

  async probe(draftId: string, nodeIds: readonly string[]): Promise<NodesAnswer> {
    return this.each(draftId, nodeIds, (node) => this.presented(node));
  }

  /** A person compared the fingerprint. The panel's key may be on the node already, from an earlier draft. */
  async accept(draftId: string, nodeId: string, fingerprint: string, subject: AuditSubject): Promise<NodesAnswer> {
    const answer = await this.each(draftId, [nodeId], async (node) => {
      if (node.presentedFingerprint !== fingerprint)
        throw new AppError("host-key-changed", say("host-key-other-than-shown", { address: node.address }), {
          facts: { node: node.address, accepted: fingerprint, presented: node.presentedFingerprint ?? "" },
          advice: say("host-key-look-again"),
        });
      const login = { ...node, fingerprint, keyType: node.presentedKeyType ?? "" };
      const keyInstalled = await this.access.panelKeyOpens(login).catch(() => false);
      return { acceptedFingerprint: fingerprint, keyInstalled };
    });
    if (answer.outcomes.some(({ error }) => error !== null)) return answer;
    await recordAudit(subject, "node-key-accepted", { target: `draft:${draftId}`, facts: { nodeId, fingerprint } });
    // Known before under another key: what was read then may be another machine's.
    const opened = answer.view.draft.nodes.some((node) => node.id === nodeId && node.keyInstalled);
    return opened ? this.refreshFacts(draftId, [nodeId]) : answer;
  }

  async installKey(
    draftId: string,
    nodeIds: readonly string[],
    credentials: OneTimeCredentials,
    subject: AuditSubject,
  ): Promise<NodesAnswer> {
    const installed = await this.each(draftId, nodeIds, async (node) => {
      await this.access.installPanelKey(loginOf(node), credentials);
      await recordAudit(subject, "node-key-installed", {
        target: `draft:${draftId}`,
        facts: { address: node.address },
      });
      return { keyInstalled: true };
    });
    const opened = installed.outcomes.filter(({ error }) => error === null).map(({ nodeId }) => nodeId);
    const read = await this.refreshFacts(draftId, opened);
    return { view: read.view, outcomes: merge(installed.outcomes, read.outcomes) };
  }

  async refreshFacts(draftId: string, nodeIds: readonly string[]): Promise<NodesAnswer> {
    return this.each(draftId, nodeIds, async (node) => ({
      facts: await this.access.collectFacts(loginOf(node)),
      keyInstalled: true,
    }));
  }

  /** A host of this draft by its name, for live checks. */
  async hostOf(draftId: string, name: string) {
    const { draft } = await draftRow(draftId);
    const node = draft.nodes.find(({ facts }) => facts?.hostName === name);
    if (node === undefined)
      throw new AppError("not-found", say("draft-without-node", { name }), { facts: { node: name } });
    return this.access.host(loginOf(node));
  }

  private async presented(node: DraftNode): Promise<Partial<DraftNode>> {
    const { fingerprint, keyType, key } = await this.access.probeHostKey(node);
    return { presentedFingerprint: fingerprint, presentedKeyType: keyType, presentedKey: key };
  }

  /** The node is another one, or was reinstalled: what it presents now is put beside what was accepted. */
  private async showChangedKey(draftId: string, node: DraftNode): Promise<void> {
    const now = await this.presented(node).catch(() => null);
    if (now !== null) await changeDraft(draftId, (draft) => withNode(draft, node.id, now));
  }

  /** Asks the nodes beside each other and saves what each answered; one that fails does not hold back the others. */
  private async each(
    draftId: string,
    nodeIds: readonly string[],
    ask: (node: DraftNode) => Promise<Partial<DraftNode>>,
  ): Promise<NodesAnswer> {
    const { draft } = await draftRow(draftId);
    const nodes = draft.nodes.filter(({ id }) => nodeIds.includes(id));
    const outcomes = await Promise.all(
      nodes.map(async (node): Promise<NodeOutcome> => {
        const outcome = { nodeId: node.id, address: node.address, error: null };
        try {
          const found = await ask(node);
          await changeDraft(draftId, (now) => withNode(now, node.id, found));
          return outcome;
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          if (error.code === "host-key-changed") await this.showChangedKey(draftId, node);
          return { ...outcome, error: error.report() };
        }
      }),
    );
    return { view: await getDraft(draftId), outcomes };
  }
}

const blankNode = {
  acceptedFingerprint: null,
  presentedFingerprint: null,
  presentedKeyType: null,
  presentedKey: null,
  keyInstalled: false,
  facts: null,
};

function withNode(draft: DeploymentDraft, id: string, found: Partial<DraftNode>): DeploymentDraft {
  return { ...draft, nodes: draft.nodes.map((node) => (node.id === id ? { ...node, ...found } : node)) };
}

function loginOf(node: DraftNode): NodeLogin {
  if (node.acceptedFingerprint === null || node.presentedKeyType === null)
    throw new AppError("host-key-unknown", say("host-key-not-accepted", { address: node.address }), {
      facts: { node: node.address },
      advice: say("host-key-accept"),
    });
  return {
    address: node.address,
    port: node.port,
    user: node.user,
    keyType: node.presentedKeyType,
    fingerprint: node.acceptedFingerprint,
  };
}

const merge = (earlier: readonly NodeOutcome[], later: readonly NodeOutcome[]): NodeOutcome[] =>
  earlier.map((one) => later.find(({ nodeId }) => nodeId === one.nodeId) ?? one);
