"""Reads and writes miniatures in the official on-disk format."""
import json
import os
import shutil

import torch
from safetensors.torch import load_file, save_file

from .model import Miniature, Sizes
from .tokenizer import Tokenizer

TOWER_FOLDER = "clip-mini-patch14-336"
TOKENIZER_FILES = ("tokenizer.model", "tokenizer_config.json")


def configuration(c, proxyv):
    pinpoints = [[336, 672], [672, 336], [672, 672], [1008, 336], [336, 1008]]
    return dict(
        architectures=["LlavaLlamaForCausalLM"], model_type="llava_llama", attention_bias=False,
        bos_token_id=1, eos_token_id=2, pad_token_id=0, hidden_act="silu", hidden_size=c.hidden,
        intermediate_size=c.mlp, num_hidden_layers=c.layers, num_attention_heads=c.heads,
        num_key_value_heads=c.heads, rms_norm_eps=c.epsilon, rope_theta=c.theta, rope_scaling=None,
        vocab_size=c.vocabulary, max_position_embeddings=4096, tie_word_embeddings=False,
        hidden_size_reduce_factor=4, image_aspect_ratio="pad", image_grid_pinpoints=pinpoints,
        image_crop_resolution=None, image_split_resolution=None, image_token_len_per_side=24,
        per_crop_token_len=576, max_num_image_crops=1, learn_proxy=False, mm_hidden_size=c.tower,
        mm_newline_position="one_token", mm_patch_merge_type="spatial_unpad",
        mm_projector_type="mlp2x_gelu", mm_use_im_patch_token=False, mm_use_im_start_end=False,
        mm_vision_select_feature="patch", mm_vision_select_layer=-2, mm_vision_tower=TOWER_FOLDER,
        proxyv=proxyv, proxyv_start_layer=c.start, proxyv_reduce_factor=c.factor,
        num_of_vision_mlp_layers=c.layers - c.start, tokenizer_model_max_length=4096,
        tokenizer_padding_side="right", torch_dtype="float16", transformers_version="4.41.2",
        use_cache=True, use_mm_proj=True)


def tower_configuration(c):
    return dict(
        architectures=["CLIPVisionModel"], model_type="clip_vision_model", attention_dropout=0.0,
        hidden_act="quick_gelu", hidden_size=c.tower, image_size=336, initializer_factor=1.0,
        initializer_range=0.02, intermediate_size=c.tower_mlp, layer_norm_eps=1e-5,
        num_attention_heads=c.tower_heads, num_channels=3, num_hidden_layers=c.tower_layers,
        patch_size=14, projection_dim=32, torch_dtype="float32", transformers_version="4.41.2")


PREPROCESSING = dict(
    crop_size=dict(height=336, width=336), do_center_crop=True, do_convert_rgb=True,
    do_normalize=True, do_rescale=True, do_resize=True,
    image_mean=[0.48145466, 0.4578275, 0.40821073], image_processor_type="CLIPImageProcessor",
    image_std=[0.26862954, 0.26130258, 0.27577711], resample=3,
    rescale_factor=0.00392156862745098, size=dict(shortest_edge=336))


def write_json(path, content):
    with open(path, "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")


def export(network, tokenizer_folder, folder):
    """Writes weights as float16 with configuration and tokenizer; returns the weights' bytes."""
    tower = os.path.join(folder, TOWER_FOLDER)
    os.makedirs(tower, exist_ok=True)
    state = {name: value.half().contiguous() for name, value in network.state_dict().items()
             if network.proxyv or "vision_mlp_layers" not in name}
    weights = os.path.join(folder, "model.safetensors")
    save_file(state, weights, metadata={"format": "pt"})
    os.chmod(weights, 0o644)
    write_json(os.path.join(folder, "config.json"), configuration(network.c, network.proxyv))
    write_json(os.path.join(folder, "generation_config.json"),
               dict(bos_token_id=1, eos_token_id=[2], pad_token_id=0))
    write_json(os.path.join(tower, "config.json"), tower_configuration(network.c))
    write_json(os.path.join(tower, "preprocessor_config.json"), PREPROCESSING)
    for name in TOKENIZER_FILES:
        shutil.copy(os.path.join(tokenizer_folder, name), folder)
    return os.path.getsize(weights)


def load(folder):
    """A checkpoint's network with its weights in float32, and its tokenizer."""
    with open(os.path.join(folder, "config.json")) as file:
        c = json.load(file)
    sizes = Sizes(vocabulary=c["vocab_size"], start=c["proxyv_start_layer"])
    network = Miniature(sizes, c["proxyv"])
    state = load_file(os.path.join(folder, "model.safetensors"))
    network.load_state_dict({name: value.float() for name, value in state.items()})
    return network.eval(), Tokenizer(folder)


def adopt(network, state):
    """Loads what fits. Rows of a vocabulary that has grown since are drawn as spread as the trained
    rows; modules that the state does not have keep their start. Returns the names of those."""
    state = {name: value.float() for name, value in state.items()}
    for name, value in network.state_dict().items():
        if name in state and state[name].shape != value.shape:
            trained = state[name]
            grown = torch.randn(value.shape) * trained.std(0)
            grown[:trained.shape[0]] = trained
            state[name] = grown
    return network.load_state_dict(state, strict=False).missing_keys
