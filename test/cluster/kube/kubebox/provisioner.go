package main

import (
	"context"
	"flag"
	"os"
	"os/signal"
	"path/filepath"

	"golang.org/x/sys/unix"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v11/controller"
)

const provisionerName = "local.test/dir"

// dirProvisioner makes one directory for each claim and a PersistentVolume of
// type `local` for it. WHY `local` and not `hostPath`: the kubelet applies a
// pod's fsGroup to `local` volumes as it does to a cloud disk, and never to
// hostPath ones, so a chart that forgets fsGroup fails here as it would there.
type dirProvisioner struct{ root string }

func (p dirProvisioner) Provision(_ context.Context, o controller.ProvisionOptions) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	dir := filepath.Join(p.root, o.PVName)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	return &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: o.PVName},
		Spec: v1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *o.StorageClass.ReclaimPolicy,
			AccessModes:                   o.PVC.Spec.AccessModes,
			VolumeMode:                    o.PVC.Spec.VolumeMode,
			Capacity:                      v1.ResourceList{v1.ResourceStorage: o.PVC.Spec.Resources.Requests[v1.ResourceStorage]},
			PersistentVolumeSource:        v1.PersistentVolumeSource{Local: &v1.LocalVolumeSource{Path: dir}},
			// `local` demands a node affinity. All nodes of a test cluster see the same
			// disk, so any node will do, like network storage.
			NodeAffinity: &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{{
				MatchExpressions: []v1.NodeSelectorRequirement{{Key: v1.LabelOSStable, Operator: v1.NodeSelectorOpIn, Values: []string{"linux"}}},
			}}}},
		},
	}, controller.ProvisioningFinished, nil
}

func (p dirProvisioner) Delete(_ context.Context, pv *v1.PersistentVolume) error {
	return os.RemoveAll(filepath.Join(p.root, pv.Name))
}

func init() {
	programs["dir-provisioner"] = func() {
		fs := flag.NewFlagSet("dir-provisioner", flag.ExitOnError)
		klog.InitFlags(fs)
		kubeconfig := fs.String("kubeconfig", "", "kubeconfig file")
		root := fs.String("root", "", "folder that gets one folder for each volume")
		fs.Parse(os.Args[1:]) //nolint:errcheck
		ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
		defer stop()
		config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
		fatal(err)
		client, err := kubernetes.NewForConfig(config)
		fatal(err)
		controller.NewProvisionController(ctx, client, provisionerName, dirProvisioner{*root},
			controller.LeaderElection(false), controller.MetricsPort(0)).Run(ctx)
	}
}
