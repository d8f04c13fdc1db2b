# One image for all programs; the command says which one runs:
#   node dist/app/apps/{api,worker,ocr-engine,migrate,rederive,doctor}/src/main.js

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps ./apps
COPY packages ./packages
COPY scripts ./scripts
RUN npm ci
RUN node scripts/build.js --out dist/app

FROM node:22-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps ./apps
COPY packages ./packages
# What the programs need, without the tools. The doctor and rederive need no more than these; here there is no embedded Postgres to look into.
RUN npm ci --omit=dev --workspace apps/api --workspace apps/worker --workspace apps/ocr-engine --workspace apps/migrate

FROM node:22-bookworm-slim
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps LOG_FORMAT=json DATA_DIR=/data
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=dependencies /app/packages ./packages
COPY --from=dependencies /app/apps ./apps
COPY --from=build /app/dist/app ./dist/app
COPY package.json LICENSE ./
COPY drizzle ./drizzle
USER node
VOLUME /data
EXPOSE 8000
CMD ["node", "dist/app/apps/api/src/main.js"]
