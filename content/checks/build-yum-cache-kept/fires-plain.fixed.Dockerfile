FROM debian:12.5
RUN dnf install -y curl && dnf clean all
