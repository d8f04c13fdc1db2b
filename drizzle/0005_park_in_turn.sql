DROP INDEX "tasks_parked";--> statement-breakpoint
CREATE INDEX "tasks_parked_in_turn" ON "tasks" USING btree (coalesce("page", 0),"parked_at","id") WHERE "tasks"."parked_at" is not null;--> statement-breakpoint
CREATE INDEX "tasks_parked_since" ON "tasks" USING btree ("parked_at") WHERE "tasks"."parked_at" is not null;