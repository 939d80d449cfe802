/** What is said of runs and the steps of the procedures about nodes and networks. Part of the catalogue in contract/sentences.ts. */
export const runSentences = {
  // The engine
  "goal-not-reached": "{step} on {cell} did its work, but the goal is not reached: {missing}",
  "answer-lost-goal-not-reached":
    'The answer of "{command}" from {node} was lost, and the goal is not reached: {missing}',
  "step-ended-half-way": "{step} on {cell} was ended half-way.",
  "undone-with-its-node": "{node} is gone for good, and what lay on it is gone with it; the others have nothing of it",
  "undone-without-node": "{node} is gone for good; taken back on the others: {observed}",
  "step-never-began": "{step} on {cell} was cancelled before it began.",
  "step-over-time": "{step} on {cell} took longer than its time limit; its work may go on, on the node.",
  "run-steps-unknown": "steps unknown to this version: {steps}",
  "run-input-unreadable": "this version cannot read the input of the run: {error}",
  "resume-waits": "Resume waits for the same work again. Retry ends it and starts anew.",
  // The engine and its steps
  "node-fenced-run": "{node} refused to act: a newer owner of this run has spoken to it.",
  "command-unknown": 'Nobody knows what "{command}" did on {node}: {how}.',
  "command-ended-saying": '"{command}" on {node} ended with {how}: {said}',
  "command-silent": '"{command}" on {node} ended with {how}',
  "work-unknown": "{what} on {node}: the answer was lost ({how})",
  "work-failed": "{what} on {node} ended with {how}: {said}",
  "nothing-changed": "nothing was changed",
  "changed-so-far": "changed so far: {cells}",
  "still-changed": "still changed: {cells}",
  "stays-by-design": "stays as it is by design: {cells}",
  "run-lock-unreadable": "something that this version cannot read is changing this cluster",
  "run-lock-panel": "the panel on {place} is changing this cluster: run {run} ({kind}) of {actor}, since {since}",
  "run-lock-command": '"{kind}" is changing this cluster: called on {place} by {actor}, since {since}',
  "run-lock-wait":
    "Let it end (a panel's run may also be paused or cancelled there) and ask again. If its process is gone, the lock ends by itself within a minute.",
  "run-not-begun": "Nothing was begun: {why}.",
  // Deployment
  "consul-none-anywhere":
    "no consul on this node and no package manager to install it with: give the panel a Consul binary instead",
  "panel-no-consul": "the panel has no Consul binary",
  "qemu-img-no-rbd": "qemu-img on {node} cannot read or write RBD",
  "platform-no-password": "no password of the management platform was given",
  "vm-silent-on": "the management VM answers on none of {addresses}",
  // Networks
  "guards-deaf": "the nodes cannot decide together: {pairs}",
  "guard-deaf": "{node} does not hear {peer}",
  "guards-port":
    "Nothing was changed. Let UDP port {port} pass between the nodes on a network they have now, then try again.",
  "networks-answer-lost": "changing the networks of {node}: the answer was lost",
  "networks-not-changed": "the networks of {node} could not be changed: {said}",
  "nodes-not-back": "{nodes} did not come back after the change",
  "nodes-go-back":
    "They go back to their old networks by themselves within {seconds} s. Look at the NICs and addresses planned for them.",
  // Work that a step starts on a node
  "work-installing-packages": "installing packages",
  "work-installing-consul": "installing consul",
  "work-wiping": "wiping {disk}",
  "work-making-osd": "making osd.{id}",
  "work-clearing-monitor": "clearing the store",
  "work-making-monitor": "making the monitor's store",
  "work-removing-image": "removing {image}",
  "work-fetching-image": "fetching the image",
  "work-setting-up-cluster": "setting the cluster up",
  "work-setting-up-node": "setting the node up",
} as const satisfies Record<string, string>;
