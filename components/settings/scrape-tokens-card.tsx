"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { useTRPC } from "@/components/client/trpc";
import { ScrapeTokenRow } from "@/components/settings/scrape-token-row";
import { useErrorText } from "@/components/shell/error-report";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { HeaderCell, Table, TableBody, TableHead } from "@/components/ui/table";

const longestName = 60;

/** For administrators: who may read /metrics. Without a token nobody can, and there is no such address. */
export function ScrapeTokensCard() {
  const t = useTranslations("settings.metrics");
  const errorText = useErrorText();
  const copy = useCopyLabels();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const tokens = useQuery(trpc.metrics.tokens.queryOptions());
  const refresh = () => void queryClient.invalidateQueries(trpc.metrics.tokens.queryFilter());
  const create = useMutation(
    trpc.metrics.createToken.mutationOptions({ onSuccess: () => setName(""), onSettled: refresh }),
  );
  const remove = useMutation(trpc.metrics.removeToken.mutationOptions({ onSettled: refresh }));
  const isNamed = name.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isNamed && !create.isPending) create.mutate({ name: name.trim() });
  };
  const failure = create.error ?? remove.error;
  return (
    <Panel title={t("title")} flush>
      <div className="flex flex-col gap-4 p-4">
        <p className="max-w-prose text-muted">{t("means")}</p>
        {failure !== null && <Banner alert tone="failed" title={errorText(failure)} />}
        <form noValidate className="flex flex-wrap items-end gap-3" onSubmit={submit}>
          <Field label={t("name")} className="w-64">
            {(control) => (
              <Input
                {...control}
                autoComplete="off"
                maxLength={longestName}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" pending={create.isPending} disabledReason={isNamed ? null : t("needsName")}>
            {t("create")}
          </Button>
        </form>
        <div aria-live="polite">
          {create.data && (
            <Banner tone="needs-you" title={t("once")}>
              <CodeBlock className="mt-2" wrap label={t("token")} text={create.data.token} copyLabels={copy.one} />
            </Banner>
          )}
        </div>
      </div>
      {tokens.isPending && <Skeleton className="m-4 h-12" />}
      {tokens.isError && <Banner tone="unknown" className="m-3" title={errorText(tokens.error)} />}
      {tokens.data?.length === 0 && <p className="border-t border-line p-4 text-muted">{t("none")}</p>}
      {tokens.data !== undefined && tokens.data.length > 0 && (
        <Table caption={t("caption")} className="border-t border-line">
          <TableHead>
            <HeaderCell>{t("name")}</HeaderCell>
            <HeaderCell>{t("createdBy")}</HeaderCell>
            <HeaderCell>{t("createdAt")}</HeaderCell>
            <HeaderCell>{t("lastUsed")}</HeaderCell>
            <HeaderCell>{t("actions")}</HeaderCell>
          </TableHead>
          <TableBody>
            {tokens.data.map((token) => (
              <ScrapeTokenRow
                key={token.id}
                token={token}
                pending={remove.isPending}
                onRemove={() => remove.mutate({ id: token.id })}
              />
            ))}
          </TableBody>
        </Table>
      )}
    </Panel>
  );
}
