FROM debian:12.5
RUN --security=sandbox id
