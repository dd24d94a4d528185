module rhelm.invalid/oracle/protocol

go 1.26.0
