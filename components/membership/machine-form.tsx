"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { useSentence } from "@/components/shell/use-sentence";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Panel } from "@/components/ui/panel";
import type { NewMachine } from "@/contract/node-change";
import type { DiskFacts, NodeFacts } from "@/contract/node-facts";
import { joined } from "@/contract/sentence";
import { isSystemDisk } from "@/contract/storage-problems";

const sshPort = 22;
const bytesPerGb = 1e9;
const gb = (bytes: number): number => Math.round(bytes / bytesPerGb);

export interface MachineFormProps {
  clusterId: string;
  /** Name of the node it replaces; null: a new one. */
  place: string | null;
  number: number;
  onMachine: (machine: NewMachine | null) => void;
}

/** Address → the key it shows, compared by a person → log in → its disks. Any change of the address begins again. */
export function MachineForm({ clusterId, place, number, onMachine }: MachineFormProps) {
  const t = useTranslations("membership.machine");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const [text, setText] = useState({
    name: place ?? "",
    address: "",
    port: String(sshPort),
    user: "root",
    storageIp: "",
    managementIp: "",
    password: "",
  });
  const [accepted, setAccepted] = useState(false);
  const [disks, setDisks] = useState<readonly string[]>([]);
  const shown = useMutation(trpc.membership.presentedKey.mutationOptions());
  const admitted = useMutation(
    trpc.membership.admit.mutationOptions({
      onSuccess: (facts) => {
        setText((before) => ({ ...before, password: "" }));
        choose(emptyDisks(facts), facts);
      },
    }),
  );
  const key = shown.data ?? null;
  const endpoint = { address: text.address.trim(), port: Number(text.port) };
  const login = {
    ...endpoint,
    user: text.user,
    hostKeyType: key?.keyType ?? "",
    hostKeyFingerprint: key?.fingerprint ?? "",
  };

  const tell = (taken: readonly string[], facts: NodeFacts | undefined, wiped: readonly string[]): void =>
    onMachine(
      key === null || facts === undefined
        ? null
        : {
            ...login,
            name: text.name.trim(),
            hostKey: key.key,
            disks: [...taken],
            wipeConfirmed: [...wiped],
            storageIp: place === null ? text.storageIp.trim() : null,
            managementIp: place === null ? text.managementIp.trim() : null,
          },
    );
  /** A disk with data is in the list only because its own box, which says what is lost, was ticked. */
  function choose(taken: readonly string[], facts: NodeFacts | undefined = admitted.data): void {
    setDisks(taken);
    const used = (facts?.disks ?? []).filter(({ inUseBecause }) => inUseBecause.length > 0).map(({ path }) => path);
    tell(
      taken,
      facts,
      taken.filter((path) => used.includes(path)),
    );
  }
  const set = (field: keyof typeof text) => (event: { target: { value: string } }) => {
    setText((before) => ({ ...before, [field]: event.target.value }));
    if (field === "password") return;
    onMachine(null);
    admitted.reset();
    if (field !== "address" && field !== "port") return;
    shown.reset();
    setAccepted(false);
  };
  const input = (field: keyof typeof text, help?: string, type = "text") => (
    <Field label={t(field)} {...(help === undefined ? {} : { help })}>
      {(control) => <Input {...control} type={type} autoComplete="off" value={text[field]} onChange={set(field)} />}
    </Field>
  );
  return (
    <Panel title={place === null ? t("new", { number }) : t("title", { node: place })}>
      <div className="grid gap-4 md:grid-cols-3">
        {place === null && input("name", t("nameHelp"))}
        {input("address", t("addressHelp"))}
        {input("port")}
        {input("user")}
        {place === null && input("storageIp")}
        {place === null && input("managementIp")}
      </div>
      <div className="flex flex-col items-start gap-4 pt-4">
        <Button
          pending={shown.isPending}
          disabledReason={endpoint.address === "" ? t("addressHelp") : null}
          onClick={() => shown.mutate({ clusterId, endpoint })}
        >
          {t("show")}
        </Button>
        {shown.error !== null && <p className="text-failed">{errorText(shown.error)}</p>}
        {key !== null && (
          <div>
            <p className="text-muted">{t("key")}</p>
            <p className="font-mono break-all">
              {key.keyType} {key.fingerprint}
            </p>
            <p className="pb-2 text-muted">{t("keyHelp")}</p>
            {key.heldBy.length > 0 ? (
              <p className="text-failed">{t("heldBy", { nodes: key.heldBy.join(", ") })}</p>
            ) : (
              <Checkbox checked={accepted} onCheckedChange={setAccepted} label={t("accept")} />
            )}
          </div>
        )}
        {accepted && (
          <>
            {input("password", t("passwordHelp"), "password")}
            <Button
              pending={admitted.isPending}
              onClick={() => {
                const { password } = text;
                const credentials = password === "" ? null : { kind: "password" as const, password };
                admitted.mutate({ clusterId, machine: login, credentials });
              }}
            >
              {t("admit")}
            </Button>
            {admitted.error !== null && <p className="text-failed">{errorText(admitted.error)}</p>}
          </>
        )}
        {admitted.data !== undefined && <Found facts={admitted.data} disks={disks} onDisks={choose} />}
      </div>
    </Panel>
  );
}

const emptyDisks = ({ disks }: NodeFacts): string[] =>
  disks.filter(({ inUseBecause }) => inUseBecause.length === 0).map(({ path }) => path);

function Found({
  facts,
  disks,
  onDisks,
}: {
  facts: NodeFacts;
  disks: readonly string[];
  onDisks: (taken: readonly string[]) => void;
}) {
  const t = useTranslations("membership.machine");
  const sentence = useSentence();
  const offered = facts.disks.filter((disk) => !isSystemDisk(disk, facts));
  const stateOf = ({ inUseBecause }: DiskFacts): string =>
    inUseBecause.length === 0 ? t("empty") : sentence(joined(inUseBecause));
  const labelOf = ({ path, sizeBytes, inUseBecause }: DiskFacts): string =>
    inUseBecause.length === 0 ? t("disk", { path, size: gb(sizeBytes) }) : t("wipe", { path });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-2">
        {t("found", {
          host: facts.hostName,
          os: facts.os.prettyName,
          memory: gb(facts.memoryBytes),
          disks: facts.disks.length,
        })}
      </legend>
      <p className="text-muted">{t("disks")}</p>
      {offered.map((disk) => (
        <Checkbox
          key={disk.path}
          checked={disks.includes(disk.path)}
          onCheckedChange={(taken) => {
            const others = disks.filter((path) => path !== disk.path);
            onDisks(taken ? [...others, disk.path].toSorted() : others);
          }}
          label={labelOf(disk)}
          description={stateOf(disk)}
        />
      ))}
    </fieldset>
  );
}
