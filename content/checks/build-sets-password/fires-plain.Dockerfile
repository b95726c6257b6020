FROM debian:12.5
RUN echo root:x1 | chpasswd
