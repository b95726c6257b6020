FROM debian:12.5
COPY deploy/id_ed25519 /root/.ssh/id_ed25519
