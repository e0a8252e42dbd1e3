package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
)

// registry stands in for every image registry of the world: `registry HOST:PORT`.
// It holds no image. WHY: the cluster has no way out, so that a wrong tag would end in a
// network time-out after minutes; here it gets at once what a real registry says.
//
//	registry.example.com/private/...     401 and no token, as a private repository on ghcr.io
//	registry.example.com/restricted/...  401 in spite of a token, as a private one on Docker Hub
//	everything else                      404 MANIFEST_UNKNOWN
//
// containerd, told to use it as a mirror, names the registry meant in the query `ns`.
func init() {
	programs["registry"] = func() {
		if len(os.Args) != 2 {
			fatal(fmt.Errorf("usage: registry HOST:PORT"))
		}
		fatal(http.ListenAndServe(os.Args[1], http.HandlerFunc(answer)))
	}
}

func answer(w http.ResponseWriter, r *http.Request) {
	fmt.Printf("%s %s\n", r.Method, r.URL)
	private := r.URL.Query().Get("ns") == "registry.example.com"
	switch {
	case r.URL.Path == "/v2/":
		w.WriteHeader(http.StatusOK)
	case r.URL.Path == "/token" && strings.Contains(r.URL.RawQuery, "restricted"):
		fmt.Fprintln(w, `{"token":"anonymous"}`)
	case r.URL.Path == "/token":
		refuse(w, http.StatusUnauthorized, "UNAUTHORIZED", "authentication required")
	case private && strings.HasPrefix(r.URL.Path, "/v2/private/"):
		challenge(w, r, "private", "")
	case private && strings.HasPrefix(r.URL.Path, "/v2/restricted/"):
		challenge(w, r, "restricted", `,error="insufficient_scope"`)
	default:
		refuse(w, http.StatusNotFound, "MANIFEST_UNKNOWN", "manifest unknown")
	}
}

// challenge asks for a token, by the registry's own token service.
func challenge(w http.ResponseWriter, r *http.Request, repository, more string) {
	w.Header().Set("WWW-Authenticate", fmt.Sprintf(
		`Bearer realm="http://%s/token",service="registry.example.com",scope="repository:%s:pull"%s`, r.Host, repository, more))
	refuse(w, http.StatusUnauthorized, "UNAUTHORIZED", "authentication required")
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"errors":[{"code":%q,"message":%q}]}`+"\n", code, message)
}
