"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { NewPasswordFields } from "@/components/auth/new-password-fields";
import { reportOfError } from "@/components/client/error-report";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { newPasswordSchema, type Role, roleSchema, usernameSchema } from "@/contract/account";

const blank = { username: "", name: "", role: "operator" as Role, password: "", again: "" };

export interface AddPersonDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onAdded: () => void;
}

export function AddPersonDialog({ open, onOpenChange, onAdded }: AddPersonDialogProps) {
  const t = useTranslations();
  const errorText = useErrorText();
  const trpc = useTRPC();
  const [typed, setTyped] = useState(blank);
  const [tried, setTried] = useState(false);
  const change = (next: boolean) => {
    setTyped(blank);
    setTried(false);
    add.reset();
    onOpenChange(next);
  };
  const add = useMutation(
    trpc.auth.addPerson.mutationOptions({
      onSuccess: () => {
        onAdded();
        change(false);
      },
    }),
  );
  const usernameOk = usernameSchema.safeParse(typed.username).success;
  const ready = usernameOk && newPasswordSchema.safeParse(typed.password).success && typed.again === typed.password;
  const exists = add.isError && reportOfError(add.error)?.code === "conflict";
  const submit = () => {
    setTried(true);
    if (!ready) return;
    const { username, role, password } = typed;
    const name = typed.name.trim();
    add.mutate({ username, role, password, ...(name === "" ? {} : { name }) });
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      size="sm"
      title={t("settings.people.addTitle")}
      closeLabel={t("shell.close")}
      footer={
        <>
          <Button onClick={() => change(false)}>{t("shell.cancel")}</Button>
          <Button variant="primary" pending={add.isPending} onClick={submit}>
            {t("settings.people.addSubmit")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field
          label={t("auth.username")}
          help={t("auth.setup.usernameHelp")}
          error={
            exists ? t("settings.people.addExists") : !usernameOk && tried ? t("auth.setup.usernameInvalid") : undefined
          }
          required
        >
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={typed.username}
              onChange={(event) => setTyped({ ...typed, username: event.target.value })}
            />
          )}
        </Field>
        <Field label={t("settings.people.displayName")} note={t("settings.people.displayNameNote")}>
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              value={typed.name}
              onChange={(event) => setTyped({ ...typed, name: event.target.value })}
            />
          )}
        </Field>
        <Field label={t("settings.people.role")} help={t(`settings.account.roleNote.${typed.role}`)}>
          {(control) => (
            <Select
              {...control}
              value={typed.role}
              onChange={(event) => setTyped({ ...typed, role: roleSchema.parse(event.target.value) })}
              options={roleSchema.options.map((role) => ({ value: role, label: t(`shell.user.role.${role}`) }))}
            />
          )}
        </Field>
        <NewPasswordFields
          label={t("auth.password")}
          username={typed.username}
          password={typed.password}
          again={typed.again}
          onPasswordChange={(password) => setTyped({ ...typed, password })}
          onAgainChange={(again) => setTyped({ ...typed, again })}
          tried={tried}
        />
        {add.isError && !exists && <Banner alert tone="failed" title={errorText(add.error)} />}
      </div>
    </Dialog>
  );
}
