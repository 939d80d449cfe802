"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { PageHeader } from "@/components/shell/page-header";
import { TimeAge } from "@/components/shell/time-age";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import { wizardPlaces } from "@/contract/deployment";

/** Where deployments begin and unfinished ones are taken up again. */
export function DraftList() {
  const t = useTranslations("deployment");
  return (
    <div className="flex max-w-4xl flex-col gap-4">
      <PageHeader title={t("list.title")} note={t("list.purpose")} />
      <BeginForm />
      <OpenDrafts />
    </div>
  );
}

function BeginForm() {
  const t = useTranslations("deployment");
  const trpc = useTRPC();
  const router = useRouter();
  const errorText = useErrorText();
  const [name, setName] = useState("");
  const create = useMutation(
    trpc.deployment.create.mutationOptions({
      onSuccess: ({ draft }) => router.push(paths.newCluster("prepare", draft.id)),
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ clusterName: name.trim() });
  };
  return (
    <Panel title={t("list.begin")}>
      <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
        <Field
          label={t("clusterName")}
          className="w-72"
          required
          {...(create.error ? { error: errorText(create.error) } : {})}
        >
          {(control) => (
            <Input {...control} value={name} maxLength={64} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Button
          type="submit"
          variant="primary"
          pending={create.isPending || create.isSuccess}
          disabledReason={name.trim() === "" ? t("list.nameFirst") : null}
        >
          {t("list.start")}
        </Button>
      </form>
    </Panel>
  );
}

function OpenDrafts() {
  const t = useTranslations("deployment");
  const trpc = useTRPC();
  const drafts = useQuery({ ...trpc.deployment.list.queryOptions(), staleTime: 0 });
  const errorText = useErrorText();
  if (drafts.error) return <p className="text-failed">{errorText(drafts.error)}</p>;
  if (drafts.data === undefined) return <Skeleton className="h-24" />;
  const open = drafts.data.filter((draft) => !draft.started);
  if (open.length === 0) return null;
  return (
    <Panel title={t("list.open")} flush>
      <Table caption={t("list.open")}>
        <TableHead>
          <HeaderCell>{t("clusterName")}</HeaderCell>
          <HeaderCell>{t("list.nodes")}</HeaderCell>
          <HeaderCell>{t("list.openPlace")}</HeaderCell>
          <HeaderCell>{t("save.saved")}</HeaderCell>
          <HeaderCell>
            <span className="sr-only">{t("list.actions")}</span>
          </HeaderCell>
        </TableHead>
        <TableBody>
          {open.map((draft) => (
            <tr key={draft.id}>
              <RowHeader>
                {draft.readable ? (
                  <Link className="text-accent underline underline-offset-2" href={draftPath(draft)}>
                    {draft.clusterName || t("list.unnamed")}
                  </Link>
                ) : (
                  t("list.otherVersion")
                )}
              </RowHeader>
              <Cell>{draft.nodes.join(", ") || "–"}</Cell>
              <Cell>{t(`place.${placeOrPrepare(draft.openPlace)}.short`)}</Cell>
              <Cell>
                <TimeAge at={draft.savedAt.toISOString()} /> · {draft.createdBy}
              </Cell>
              <Cell>
                <DiscardDraft draftId={draft.id} name={draft.clusterName || draft.id} />
              </Cell>
            </tr>
          ))}
        </TableBody>
      </Table>
    </Panel>
  );
}

const placeOrPrepare = (text: string) => wizardPlaces.find((place) => place === text) ?? "prepare";
const draftPath = (draft: { id: string; openPlace: string }) =>
  paths.newCluster(placeOrPrepare(draft.openPlace), draft.id);

function DiscardDraft({ draftId, name }: { draftId: string; name: string }) {
  const t = useTranslations("deployment");
  const shell = useTranslations("shell");
  const trpc = useTRPC();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [open, setOpen] = useState(false);
  const discard = useMutation(
    trpc.deployment.discard.mutationOptions({
      onSuccess: async () => {
        setOpen(false);
        await queries.invalidateQueries(trpc.deployment.list.queryFilter());
      },
    }),
  );
  return (
    <>
      <Button size="sm" variant="quiet" onClick={() => setOpen(true)} aria-label={t("list.discardNamed", { name })}>
        {t("list.discard")}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        danger
        pending={discard.isPending}
        title={t("list.discardTitle", { name })}
        consequence={discard.error ? errorText(discard.error) : t("list.discardConsequence")}
        confirmLabel={t("list.discard")}
        cancelLabel={shell("cancel")}
        closeLabel={shell("close")}
        onConfirm={() => discard.mutate({ draftId })}
      />
    </>
  );
}
