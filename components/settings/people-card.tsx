"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { reportOfError } from "@/components/client/error-report";
import { useTRPC } from "@/components/client/trpc";
import { AddPersonDialog } from "@/components/settings/add-person-dialog";
import { PersonRow } from "@/components/settings/person-row";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { HeaderCell, Table, TableBody, TableHead } from "@/components/ui/table";
import type { Actor } from "@/contract/account";

/** For administrators: who may sign in, and as what. */
export function PeopleCard({ actor }: { actor: Actor }) {
  const t = useTranslations();
  const errorText = useErrorText();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [adding, setAdding] = useState(false);
  const people = useQuery(trpc.auth.people.queryOptions());
  const refresh = () => void queryClient.invalidateQueries(trpc.auth.people.queryFilter());
  const changeRole = useMutation(trpc.auth.changeRole.mutationOptions({ onSettled: refresh }));
  const remove = useMutation(trpc.auth.removePerson.mutationOptions({ onSettled: refresh }));
  const failure = changeRole.error ?? remove.error;
  const lastAdministrator = reportOfError(failure)?.facts.reason === "last-administrator";
  return (
    <Panel
      title={t("settings.people.title")}
      flush
      aside={
        <Button size="sm" onClick={() => setAdding(true)}>
          <UserPlus aria-hidden />
          {t("settings.people.add")}
        </Button>
      }
    >
      {failure !== null && (
        <Banner
          alert
          tone="failed"
          className="m-3"
          title={lastAdministrator ? t("settings.people.lastAdministrator") : errorText(failure)}
        />
      )}
      {people.isPending && <Skeleton className="m-4 h-24" />}
      {people.isError && <Banner tone="unknown" className="m-3" title={errorText(people.error)} />}
      {people.data && (
        <Table caption={t("settings.people.caption")}>
          <TableHead>
            <HeaderCell>{t("settings.people.name")}</HeaderCell>
            <HeaderCell>{t("settings.people.username")}</HeaderCell>
            <HeaderCell>{t("settings.people.role")}</HeaderCell>
            <HeaderCell>{t("settings.people.since")}</HeaderCell>
            <HeaderCell>{t("settings.people.actions")}</HeaderCell>
          </TableHead>
          <TableBody>
            {people.data.map((person) => (
              <PersonRow
                key={person.id}
                person={person}
                self={person.id === actor.id}
                pending={changeRole.isPending || remove.isPending}
                onRoleChange={(role) => changeRole.mutate({ id: person.id, role })}
                onRemove={() => remove.mutate({ id: person.id })}
              />
            ))}
          </TableBody>
        </Table>
      )}
      <AddPersonDialog open={adding} onOpenChange={setAdding} onAdded={refresh} />
    </Panel>
  );
}
