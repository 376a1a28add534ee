{{/* SPDX-License-Identifier: Apache-2.0 */}}
{{- define "coffey.labels" -}}
app.kubernetes.io/name: coffey
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end }}

{{- define "coffey.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end -}}
{{- end }}

{{/* What all pods have: nothing they do not need, and new pods when the run file changes. */}}
{{- define "coffey.metadata" -}}
labels:
  {{- include "coffey.labels" . | nindent 2 }}
annotations:
  checksum/run: {{ toYaml .root.Values.run | sha256sum }}
  prometheus.io/scrape: "true"
  prometheus.io/path: /metrics
  prometheus.io/port: {{ .root.Values.metrics.port | quote }}
{{- end }}

{{- define "coffey.pod" -}}
automountServiceAccountToken: false
# A service named coffey-metrics would else be the setting COFFEY_METRICS_PORT.
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- with .settings.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .settings.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: run
    configMap:
      name: {{ .root.Release.Name }}-run
  - name: models
    persistentVolumeClaim:
      claimName: {{ .root.Values.models.claim }}
      readOnly: true
  - name: state
    {{- if .state }}
    persistentVolumeClaim:
      claimName: {{ .root.Values.state.claim }}
    {{- else }}
    emptyDir: {}
    {{- end }}
  - name: tmp
    emptyDir:
      sizeLimit: {{ .root.Values.scratch.tmp }}
  {{- with .root.Values.kafka.userSecretPrefix }}
  - name: user
    secret:
      secretName: {{ . }}-{{ $.role }}
      defaultMode: 0440
  {{- end }}
  {{- with .root.Values.kafka.caSecret }}
  - name: ca
    secret:
      secretName: {{ . }}
      items:
        - key: ca.crt
          path: ca.crt
  {{- end }}
containers:
  - name: {{ .role }}
    image: {{ include "coffey.image" .root | quote }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args:
      {{- range .arguments }}
      - {{ . | quote }}
      {{- end }}
    env:
      - name: POD_NAME
        valueFrom:
          fieldRef:
            fieldPath: metadata.name
      {{- if has .role (list "rollout" "scorer") }}
      - name: COFFEY_{{ upper .role }}_WORKERID
        value: $(POD_NAME)
      {{- end }}
      {{- if .probes }}
      - name: COFFEY_METRICS_HOST
        value: 0.0.0.0
      - name: COFFEY_METRICS_PORT
        value: {{ .root.Values.metrics.port | quote }}
      {{- end }}
    {{- if .probes }}
    ports:
      - name: metrics
        containerPort: {{ .root.Values.metrics.port }}
    # Progress, not reachability of brokers: docs/watching.md.
    startupProbe:
      httpGet: {path: /healthz/startup, port: metrics}
      periodSeconds: 10
      failureThreshold: {{ .settings.startupFailureThreshold | default 60 }}
    livenessProbe:
      httpGet: {path: /healthz/live, port: metrics}
      periodSeconds: 10
      timeoutSeconds: 5
      failureThreshold: 6
    readinessProbe:
      httpGet: {path: /healthz/ready, port: metrics}
      periodSeconds: 10
      timeoutSeconds: 5
    {{- end }}
    resources:
      {{- $limits := merge (dict) (.settings.resources.limits | default dict) }}
      {{- if gt (int (.settings.gpus | default 0)) 0 }}
      {{- $_ := set $limits "nvidia.com/gpu" (int .settings.gpus) }}
      {{- end }}
      requests:
        {{- toYaml (.settings.resources.requests | default dict) | nindent 8 }}
      limits:
        {{- toYaml $limits | nindent 8 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    volumeMounts:
      - {name: run, mountPath: /etc/coffey/run, readOnly: true}
      - {name: models, mountPath: /models, readOnly: true}
      - {name: state, mountPath: {{ .root.Values.run.run.directory }}}
      - {name: tmp, mountPath: /tmp}
      {{- if .root.Values.kafka.userSecretPrefix }}
      - {name: user, mountPath: /etc/coffey/user, readOnly: true}
      {{- end }}
      {{- if .root.Values.kafka.caSecret }}
      - {name: ca, mountPath: /etc/coffey/ca, readOnly: true}
      {{- end }}
{{- end }}
