package sip

func checkFindingAid(r *run) {}
