FROM debian:12.5
RUN sudo make install
