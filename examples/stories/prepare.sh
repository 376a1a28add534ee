#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes what the run needs beside a teacher of stories: prompts, a small student of the same tokenizer, and samples of the teacher
# from which the student learns to tell stories at all.
set -euo pipefail

[ $# = 1 ] || { echo "usage: prepare.sh TEACHER (Hugging Face directory of stories260K)" >&2; exit 2; }
teacher=$(realpath "$1")
cd "$(dirname "$0")"
coffey=$(realpath ../../coffey)
mkdir -p build/student

for name in Lily Tom Mia Ben Anna Tim Sue Max Lucy Sam; do
    for who in "there was a girl named $name" "there was a boy named $name" "a dog named $name" "there was a cat named $name" \
        "$name went to the park" "$name found a big box" "$name had a red ball" "$name was very sad" "$name and mom" "$name saw a bird"; do
        for when in "Once upon a time, " "One day, " ; do
            echo "{\"prompt\": \"$when$who\"}"
        done
    done
done > build/prompts.jsonl

cat > build/student/config.json << 'CONFIG'
{
  "architectures": ["LlamaForCausalLM"],
  "model_type": "llama",
  "vocab_size": 512,
  "hidden_size": 48,
  "intermediate_size": 112,
  "num_hidden_layers": 2,
  "num_attention_heads": 4,
  "num_key_value_heads": 4,
  "max_position_embeddings": 512,
  "rms_norm_eps": 1e-5,
  "rope_theta": 10000.0,
  "hidden_act": "silu",
  "tie_word_embeddings": true,
  "bos_token_id": 1,
  "eos_token_id": 2,
  "torch_dtype": "float32"
}
CONFIG
cp "$teacher"/tokenizer*.json build/student/

"$coffey" generate --model "$teacher" --prompts build/prompts.jsonl --samples 8 --seed 7 --max-new-tokens 48 --json > build/samples.jsonl
"$coffey" sft sft.yaml
