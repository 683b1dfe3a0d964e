# The operator, and the command line for whoever wants it in a container. From the root of the repository:
#   docker build -t ghcr.io/drydock-dev/drydock:VERSION .

FROM node:26.10.0-alpine AS build
WORKDIR /src
COPY package.json package-lock.json ./
# The build needs esbuild alone; nothing that is installed runs a script of its own.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json LICENSE NOTICE ./
COPY scripts ./scripts
COPY src ./src
RUN node scripts/build.ts

FROM node:26.10.0-alpine
LABEL org.opencontainers.image.title="Drydock" \
      org.opencontainers.image.description="Takes Kubernetes nodes out of service and brings them back." \
      org.opencontainers.image.licenses="Apache-2.0"
# What runs is one program without dependencies: no package manager is needed beside it.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn* /usr/local/bin/yarn /usr/local/bin/yarnpkg
COPY --from=build /src/dist /app
# package.json says that the bundle is made of ES modules, and tells scanners of images what this is.
COPY package.json LICENSE NOTICE /app/
RUN ln -s /app/drydock.js /usr/local/bin/drydock
# A number, so that runAsNonRoot can be checked; OpenShift gives another one. Nothing is written, so a read-only root will do.
USER 65532:65532
ENV HOME=/tmp NODE_ENV=production
ENTRYPOINT ["node", "/app/drydock.js"]
CMD ["operator"]
