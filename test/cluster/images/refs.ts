/** The public names that the stand-ins bear. */
export const mlflowVersion = '3.18.0'
export const mlflowRef = `ghcr.io/mlflow/mlflow:v${mlflowVersion}-full`
export const postgresMajor = 18
export const postgresRef = `docker.io/library/postgres:${postgresMajor}`
export const seaweedfsRef = 'docker.io/chrislusf/seaweedfs:4.53'
export const rcloneVersion = '1.76.0'
export const rcloneRef = `docker.io/rclone/rclone:${rcloneVersion}`
export const busyboxRef = 'docker.io/library/busybox:1.35.0'
