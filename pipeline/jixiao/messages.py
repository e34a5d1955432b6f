"""All that the program says to its users, in Simplified Chinese and in English.

A line of :data:`TEXTS` is a key with both wordings; ``str.format`` fills the names in braces. Field names, label values
and the reasons kept in records are data and not translated.
"""

from __future__ import annotations

from typing import Any, Literal

Language = Literal["zh", "en"]

TEXTS: dict[str, tuple[str, str]] = {
    # help
    "app_help": (
        "从预算绩效自评报告中提取指标陈述，逐条注明原文出处。",
        "Extract quantified claims from budget-performance reports, each with its place in the source.",
    ),
    "extract_help": (
        "提取一个或多个文件中的指标陈述并输出。\n\n例：jixiao extract 自评报告.docx --format html -o 报告.html",
        "Extract the claims of one or more files.\n\nExample: jixiao extract report.txt --format html -o report.html",
    ),
    "run_help": (
        "处理整个文件夹，结果存入台账；中断后再次运行即可继续。\n\n例：jixiao run 2023年自评报告 -o 台账.db",
        "Process whole folders into a ledger; run again to go on after an interruption."
        "\n\nExample: jixiao run reports -o ledger.db",
    ),
    "status_help": (
        "显示台账的总体情况和未能读取的文件。",
        "Show what a ledger holds and which files could not be read.",
    ),
    "search_help": (
        "在台账中检索指标陈述。多个词须同时出现，引号内作为整体。\n\n例：jixiao search 台账.db 劳资纠纷 --year 2022",
        "Search the claims of a ledger. All words must occur; quotes keep a phrase together."
        "\n\nExample: jixiao search ledger.db 劳资纠纷 --year 2022",
    ),
    "targets_help": (
        "逐项核对绩效目标：报告怎么说、出处在哪、是否达到、得分是否合规，再列出未回应的目标。可读台账、文件或文件夹；"
        "同一单位同一年度的文件互相对照。"
        "\n\n例：jixiao targets 台账.db --verdict unmet    jixiao targets 目标表.txt 自评报告.txt -o 核对.xlsx",
        "Hold every target against what the report says: quote and place, verdict, score; then the targets without an answer. "
        "Reads a ledger, files or folders; files of one office and year are linked with each other."
        "\n\nExample: jixiao targets ledger.db --verdict unmet    jixiao targets plan.txt report.txt -o check.xlsx",
    ),
    "schema_help": ("输出各类记录的 JSON Schema。", "Print the JSON Schema of the records."),
    "corpus_help": (
        "建设标注语料：导出、导入、划分、核对标注一致性、挑选待标样本、统计。",
        "Build annotated corpora: export, import, split, agreement, queue, statistics.",
    ),
    "evaluate_help": (
        "评测抽取的准确程度：逐层计算准确率、召回率和 F1，附置信区间。缺省评测源码所带的标注档案。"
        "\n\n例：jixiao evaluate 标注档案 --split test --errors",
        "Measure the extraction on gold: precision, recall and F1 by layer, with intervals. By default on the archive of the "
        "checkout.\n\nExample: jixiao evaluate archive --split test --errors",
    ),
    "agree_help": (
        "核对两套标注的一致性，列出分歧供裁定。\n\n例：jixiao corpus agree 甲 乙 --documents 标注档案",
        "Agreement of two annotators, with their disagreements.\n\nExample: jixiao corpus agree A B --documents archive",
    ),
    "split_help": (
        "把标注档案划分为训练、开发、测试三部分：同一单位各年度的文件、预算与其报告、近似重复的文件不拆开，并检查泄漏。"
        "\n\n例：jixiao corpus split 标注档案 -o splits.json --hold-out 松沅县",
        "Divide an archive into train, dev and test: the years of an organisation, a budget and its report, and "
        "near-duplicates stay together; leakage is looked for.\n\n"
        "Example: jixiao corpus split archive -o splits.json --hold-out 松沅县",
    ),
    "card_help": (
        "为标注档案写数据说明书 DATASHEET.md 和机器可读的 croissant.json：数字由程序统计，其余文字取自 about.toml。"
        "\n\n例：jixiao corpus card 标注档案 -o 标注档案",
        "Write the datasheet of an archive, DATASHEET.md, and its Croissant description: figures are counted, the words of "
        "people come from about.toml.\n\nExample: jixiao corpus card archive -o archive",
    ),
    "opt_card": ("写入该文件夹", "write to this folder"),
    "opt_about": (
        "人工填写的部分；缺省时取档案旁边的 about.toml",
        "the words of people; by default about.toml beside the archive",
    ),
    "about_wrong": (
        "人工填写的部分无法读取：{detail}。",
        "The words of people cannot be read: {detail}.",
    ),
    "no_about": (
        "没有 {name}，说明书只有统计数字；可参照 jixiao 源码的 annotations/about.toml 填写后重新生成。",
        "There is no {name}: the datasheet has only figures. See annotations/about.toml in the source of jixiao for one.",
    ),
    "card_unanswered": (
        "{name} 尚未回答：{names}。",
        "{name} has no answer to: {names}.",
    ),
    "card_written": ("说明书已写入 {folder}", "Card written to {folder}"),
    "card_relations": (
        "{pairs} 对文件为同一部门同一年度的预算或目标表与报告；{several} 个单位有不止一个年度的文件。",
        "{pairs} pairs are a budget or target table and a report of one department and year; {several} organisations have "
        "documents of more than one year.",
    ),
    "stats_help": (
        "统计标注档案：文件、地区、部门、年度、噪声，各层标注的数量与分布，并可绘图。"
        "\n\n例：jixiao corpus stats 标注档案 --plots 图",
        "Count an annotated archive: documents, regions, departments, years, noise, the annotations of each layer and their "
        "distributions, with plots.\n\nExample: jixiao corpus stats archive --plots plots",
    ),
    "opt_plots": ("把图（PNG、SVG）写入该文件夹", "write plots (PNG and SVG) to this folder"),
    "no_chinese_font": (
        "本机没有中文字体，图中文字用英文，计量单位一图从略；可安装 Noto Sans CJK（fonts-noto-cjk）后重画。",
        "No font with Chinese characters here: plots are labelled in English, without that of units.",
    ),
    "plots_written": ("图已写入 {folder}", "Plots written to {folder}"),
    "stats_title": ("规模", "Size"),
    "stats_spreads": ("分布", "Distributions"),
    "stats_ellipsis": (
        "对象不在本句、须由上文补出的占 {share}。",
        "Entities that stand outside the claim's own sentence: {share}.",
    ),
    "stats_rest": ("其余 {n} 种", "{n} others"),
    "stats_no_unit": ("（无单位）", "(none)"),
    "stats_document_type": ("文件类型", "Document types"),
    "stats_region": ("地区", "Regions"),
    "stats_department": ("部门", "Departments"),
    "stats_fiscal_year": ("年度", "Fiscal years"),
    "stats_format": ("格式", "Formats"),
    "stats_noise": ("噪声（含有该类的文件数）", "Noise (documents with it)"),
    "stats_category": ("指标类别（一条陈述可有两类）", "Categories (a claim may have two)"),
    "stats_unit": ("计量单位", "Units"),
    "stats_unit_top": ("最常见的 {n} 种计量单位", "The {n} most frequent units"),
    "stats_approx": ("精确程度", "Exactness"),
    "stats_entity_length": ("对象的字数（陈述条数）", "Characters of entities (claims)"),
    "stats_density": ("每千字陈述条数（文件数）", "Claims per 1,000 characters (documents)"),
    "stats_characters": ("字", "characters"),
    "stats_per_thousand": ("条/千字", "claims per 1,000 characters"),
    "stats_section_label": ("章节标签", "Section labels"),
    "stats_comparator": ("目标的比较方式", "Comparators of targets"),
    "stats_basis": ("预算口径", "Bases of budgets"),
    "stats_verdict": ("对应关系的结论", "Verdicts of links"),
    "stats_finding": ("疑点代码", "Codes of findings"),
    "stats_planted": ("有意埋设的差错", "Slips planted by the authors"),
    "noise_recognition": ("识别错字", "recognition errors"),
    "noise_markup": ("网页或标记", "web pages, markup"),
    "noise_table": ("表格变形", "tables out of shape"),
    "noise_page": ("折行、页码", "line wraps, page furniture"),
    "noise_width": ("全角字符", "full-width forms"),
    "noise_encoding": ("编码、换行符", "encodings, line ends"),
    "noise_other": ("其他", "other"),
    "verdict_met": ("达成", "met"),
    "verdict_unmet": ("未达成", "unmet"),
    "verdict_undetermined": ("不能判定", "undetermined"),
    "total_documents": ("文件", "documents"),
    "total_annotated": ("其中已标注", "of them annotated"),
    "total_regions": ("地区", "regions"),
    "total_organisations": ("单位", "organisations"),
    "total_characters": ("字符", "characters"),
    "total_sections": ("章节", "sections"),
    "total_claims": ("指标陈述", "claims"),
    "total_qualifiers": ("限定数量", "qualifiers"),
    "total_targets": ("绩效目标", "targets"),
    "total_budgets": ("预算金额", "budgets"),
    "total_links": ("对应关系", "links"),
    "total_findings": ("疑点", "findings"),
    "col_aspect": ("项目", "Aspect"),
    "col_value": ("取值", "Value"),
    "col_least": ("最小", "Least"),
    "col_quarter": ("下四分位", "Quarter"),
    "col_median": ("中位", "Median"),
    "col_three_quarters": ("上四分位", "Three quarters"),
    "col_most": ("最大", "Most"),
    "queue_help": (
        "挑出最值得人工核对的陈述：把握小的在前，彼此不雷同，每份文件不过多。可读台账、extract 输出的 JSONL 或文件夹。"
        "\n\n例：jixiao corpus queue 台账.db -n 50 --format labelstudio -o 待标",
        "The claims most worth a person's time: doubtful ones first, no two alike, not too many of a document. Reads a "
        "ledger, JSONL of extract, or folders.\n\n"
        "Example: jixiao corpus queue ledger.db -n 50 --format labelstudio -o tasks",
    ),
    "opt_wanted": ("挑选多少条，默认 50", "how many, 50 by default"),
    "opt_per_document": ("每份文件至多几条，默认 10", "how many of one document at most, 10 by default"),
    "opt_format_queue": ("输出格式：table（默认）、jsonl、labelstudio", "table (default), jsonl or labelstudio"),
    "opt_no_mask": (
        "不遮盖姓名、电话等个人信息（缺省时遮盖）",
        "leave names and telephone numbers as they are (they are masked by default)",
    ),
    "labelstudio_folder": (
        "Label Studio 的任务和标注界面写入一个文件夹，请用 -o 指定文件夹。",
        "Tasks and form for Label Studio go into a folder: name it with -o.",
    ),
    "queue_head": ("{number}. {text}　存疑 {doubt:.2f}", "{number}. {text}  doubt {doubt:.2f}"),
    "queue_done": ("共 {n} 条；每份文件至多 {k} 条。", "{n} claims; at most {k} of one document."),
    "records_wrong": (
        "记录无法读取：{detail}。应为 jixiao extract --format jsonl 输出的文件。",
        "The records cannot be read: {detail}. They should be what jixiao extract --format jsonl writes.",
    ),
    "export_help": (
        "把标注档案导出为标注工具和训练程序所用的格式：label-studio、doccano、brat、conll、spacy、uie、parquet、instructions。"
        "\n\n没有标注的文件导出程序识别的结果，供人工修改。人名、电话等默认遮盖。"
        "\n\n例：jixiao corpus export label-studio 标注档案 -o 标注任务",
        "Export an archive for annotation tools and training: label-studio, doccano, brat, conll, spacy, uie, parquet, "
        "instructions.\n\nDocuments without gold are exported as the program reads them. Personal data are masked.\n\n"
        "Example: jixiao corpus export label-studio archive -o tasks",
    ),
    "import_help": (
        "把 label-studio、doccano、brat 的标注结果导入标注档案，写成 .gold 标注。"
        "\n\n例：jixiao corpus import label-studio 导出.json -o 标注档案",
        "Import annotations of label-studio, doccano or brat into an archive as .gold files."
        "\n\nExample: jixiao corpus import label-studio export.json -o archive",
    ),
    "opt_export_out": (
        "写入该文件或文件夹（doccano 为文件，其余为文件夹）",
        "write to this file or folder (a file for doccano, else a folder)",
    ),
    "opt_export_split": (
        "只导出这一部分：train、dev、test（见 jixiao corpus split）",
        "only this part: train, dev or test (see jixiao corpus split)",
    ),
    "opt_import_out": (
        "导入到该档案；其中没有的文件会一并写入",
        "the archive to import into; documents it lacks are written too",
    ),
    "opt_overwrite": ("覆盖已有的 .gold 标注", "replace .gold files that are there"),
    "opt_splits": ("写入划分结果（缺省时只显示报告）", "write the parts to this file (without it, only report)"),
    "opt_split_by": (
        "不可拆开的单元：organisation（默认）或 region",
        "what is never parted: organisation (default) or region",
    ),
    "opt_shares": ("训练/开发/测试的比例，默认 70/15/15", "shares of train/dev/test, 70/15/15 by default"),
    "opt_hold_out": (
        "整个地区留作测试集，可重复；此时测试集只含这些地区",
        "a region that is kept whole for the test part, which then has nothing else; may be repeated",
    ),
    "opt_keep": (
        "已有的划分文件，其中的文件保持原位，只安排新增的；可用来复查已有划分",
        "an earlier split whose documents stay where they are; also to check one",
    ),
    "opt_seed": ("随机种子，默认 0", "seed of chance, 0 by default"),
    "bad_shares": (
        "--share 写作 训练/开发/测试 三个整数，如 70/15/15，且训练不为 0；收到的是“{value}”。",
        "--share takes three integers such as 70/15/15, the first not 0; not {value!r}.",
    ),
    "no_such_region": (
        "档案中没有地区“{region}”。现有地区：{regions}。",
        "No region {region!r} in the archive. There are: {regions}.",
    ),
    "split_torn": (
        "下列文件应在同一部分（同一单位、成对或近似重复），但 --keep 或 --hold-out 将其分开：{documents}。请调整后重试。",
        "These documents belong together, but --keep or --hold-out parts them: {documents}.",
    ),
    "splits_wrong": (
        '划分文件 {path} 无法读取：{detail}。应为 {{"train": [...], "dev": [...], "test": [...]}}。',
        'The split {path} cannot be read: {detail}. It should be {{"train": [...], "dev": [...], "test": [...]}}.',
    ),
    "split_title": ("划分", "Parts"),
    "split_clean": (
        "未发现泄漏：各部分没有共同的单位，没有相似度 0.1 以上的文件，没有相同的 20 字以上的句子。",
        "No leakage: no shared organisation, no pair alike to 0.1 or more, no shared sentence of 20 characters or more.",
    ),
    "split_leaks": (
        "各部分之间有上列共同内容，请判断是否影响评测；可用 --by region 或 --hold-out 重新划分。",
        "The parts share what is listed above; judge whether it matters, or split again with --by region or --hold-out.",
    ),
    "leak_organisations": ("跨部分的单位：{n} 个", "Organisations in more than one part: {n}"),
    "leak_sentences": ("跨部分的相同句子：{n} 句", "Sentences in more than one part: {n}"),
    "leak_alike": ("跨部分的相似文件：{n} 对", "Pairs alike across parts: {n}"),
    "col_part": ("部分", "Part"),
    "col_organisations": ("单位", "Organisations"),
    "col_share": ("占比", "Share"),
    "col_shared": ("共同内容", "Shared"),
    "col_similarity": ("相似度", "Similarity"),
    "check_help": (
        "检查标注档案：每份标注是否与原文相符、写法是否合规，逐处列出不符之处。\n\n例：jixiao corpus check 标注档案",
        "Check an annotated archive: every line that does not fit its document is named."
        "\n\nExample: jixiao corpus check archive",
    ),
    "check_done": ("{n} 份标注与原文相符，{faults} 份有误", "{n} annotations fit their documents, {faults} do not"),
    "train_help": (
        "由标注档案的训练部分（splits.json）训练模型，并在留出部分上与规则比较；同样的标注得到同样的模型。"
        "\n\n例：jixiao train 标注档案 -o models    jixiao train --curve",
        "Train the models from an archive's training part (splits.json) and compare them with the rules on what is held out."
        "\n\nExample: jixiao train archive -o models    jixiao train --curve",
    ),
    "opt_train_out": ("模型存入的文件夹", "folder for the models"),
    "opt_curve": ("学习曲线：分别用语料的一部分训练", "learning curve: train on growing shares of the corpus"),
    "opt_models": ("改用该文件夹中的模型；none 为只用规则", "use the models of this folder; none for the rules alone"),
    "models_wrong": (
        "模型文件不能使用：{detail}。请检查 --models 所指的文件夹；由较早版本训练的模型，请用 jixiao train 重新训练",
        "the models cannot be used: {detail}. Check the folder given with --models; "
        "models trained by an earlier version have to be trained again with jixiao train",
    ),
    "train_nothing": (
        "请用 -o 指定模型存入的文件夹，或者加 --curve 只看学习曲线",
        "name a folder for the models with -o, or add --curve to see the learning curve only",
    ),
    "train_extra": (
        "训练需要 {name}，请先安装：pip install 'jixiao[train]'",
        "training needs {name}: pip install 'jixiao[train]'",
    ),
    "col_learned": ("训练语料", "learned from"),
    "col_documents": ("文件数", "documents"),
    "col_claims": ("陈述数", "claims"),
    "rules_only": ("只用规则", "rules alone"),
    "curve_title": ("训练所得（留出部分）", "What training gains, on what was held out"),
    "curve_note": (
        "整条对：F1；动作、类别：已对上者的正确率。",
        "record: F1; action and category: accuracy over what was found.",
    ),
    "opt_split": ("只评测该部分：test、dev 或 train", "only this part: test, dev or train"),
    "opt_errors": ("列出遗漏、误报和读错之处", "list what was missed, spurious or wrong"),
    "opt_by_document": ("逐份文件列出", "the figures of each document"),
    "opt_peers": (
        "在同样文本上与 Recognizers-Text、JioNLP 比较",
        "compare with Recognizers-Text and JioNLP on the same text",
    ),
    "opt_source": ("JSONL 标注所对应的原文文件", "the document that JSONL gold belongs to"),
    "opt_gold_region": ("JSONL 标注的起止位置（字）", "the part of the text that the JSONL gold covers"),
    "opt_format_figures": ("输出格式：table（默认）或 json", "table (default) or json"),
    "opt_format_agree": ("输出格式：table（默认）、json、markdown", "table (default), json or markdown"),
    "opt_documents": (
        "文件所在的档案；缺省时取甲、乙旁边的文件，没有的取源码所带的档案",
        "the archive of the documents; by default those beside A or B, else that of the checkout",
    ),
    "opt_output": ("写入该文件", "write to this file"),
    "opt_disagreements": ("逐条列出分歧", "list the disagreements one by one"),
    "opt_lang": ("界面语言：zh 简体中文（默认）或 en 英文", "language: zh (default) or en"),
    "opt_help": ("显示本说明", "show this help"),
    "opt_version": ("显示版本号", "show the version"),
    "opt_format_extract": (
        "输出格式：table（默认）、jsonl、csv、xlsx、html；缺省时按 -o 的扩展名判断",
        "table (default), jsonl, csv, xlsx or html; by default told by the ending of -o",
    ),
    "opt_records": (
        "输出哪些记录，以逗号分隔：claims、targets、budgets、links、sections、documents",
        "which records, separated by commas: claims, targets, budgets, links, sections, documents",
    ),
    "opt_out": (
        "写入该文件（多个文件导出 html 时为文件夹）",
        "write to this file (a folder for the html pages of several files)",
    ),
    "opt_text": (
        "只输出原文文本（各记录的 start、end 即以此为准）",
        "print only the source text that start and end point into",
    ),
    "opt_ledger": ("台账文件", "the ledger file"),
    "opt_retry": ("重新处理以前未能读取的文件", "try again the files that could not be read before"),
    "opt_format_summary": (
        "汇总的格式：table（默认）、jsonl、csv",
        "format of the summary: table (default), jsonl or csv",
    ),
    "opt_format_search": ("输出格式：table（默认）、jsonl、csv", "table (default), jsonl or csv"),
    "opt_organisation": ("单位名称（含有即可）", "part of the organisation's name"),
    "opt_region": ("地区（含有即可）", "part of the region's name"),
    "opt_year": ("年度，如 2022", "fiscal year, such as 2022"),
    "opt_type": ("文件类型：自评报告、预算、绩效目标表、决算、其他", "document type, such as self_evaluation"),
    "opt_section": ("章节标签，如 performance、满意度", "section label, such as performance"),
    "opt_category": ("指标类别，如 数量、社会效益", "category, such as 数量"),
    "opt_unit": ("计量单位，如 人次、%、元", "unit, such as 人次, % or 元"),
    "opt_min": ("数值下限，可写作 100万、1.5亿", "smallest value; 100万 and 1.5亿 are understood"),
    "opt_max": ("数值上限", "largest value"),
    "opt_verdict": (
        "只看这一结论：met 达成、unmet 未达成、undetermined 不能判定、unanswered 未回应",
        "only this verdict: met, unmet, undetermined or unanswered",
    ),
    "opt_verdict_search": (
        "只找回应了目标且结论为此的：met 达成、unmet 未达成、undetermined 不能判定",
        "only claims that answer a target with this verdict: met, unmet or undetermined",
    ),
    "opt_min_score": (
        "对应关系的最低把握，0 到 1（默认全部）",
        "least certainty of a link, 0 to 1 (all by default)",
    ),
    "opt_profile": (
        "计分规则：national（默认）、strict、deviation，或自备的规则文件",
        "scoring rules: national (default), strict, deviation, or a file of your own",
    ),
    "opt_claims": ("一并列出未对应任何目标的指标陈述", "list the claims that answer no target, too"),
    "opt_format_targets": (
        "输出格式：table（默认）、jsonl、json、csv、xlsx、html；缺省时按 -o 的扩展名判断",
        "table (default), jsonl, json, csv, xlsx or html; by default told by the ending of -o",
    ),
    "opt_limit": ("最多显示多少条（默认 20）", "how many answers at most (default 20)"),
    "usage": ("用法：", "Usage: "),
    "meta_options": ("[选项]", "[OPTIONS]"),
    "meta_command": ("命令 [参数]…", "COMMAND [ARGS]..."),
    "meta_FILE": ("文件", "FILE"),
    "meta_ARCHIVE": ("文件夹", "ARCHIVE"),
    "meta_LEDGER": ("台账", "LEDGER"),
    "meta_GOLD": ("标注", "GOLD"),
    "meta_RECORDS": ("台账或文件", "LEDGER|FILE"),
    "meta_FORMAT": ("格式", "FORMAT"),
    "meta_PLACE": ("档案", "PLACE"),
    "meta_A": ("标注甲", "A"),
    "meta_B": ("标注乙", "B"),
    "meta_QUERY": ("检索词", "QUERY"),
    "head_options": ("选项", "Options"),
    "head_commands": ("命令", "Commands"),
    "try_help": ("查看用法：{command} --help", "Try '{command} --help' for help."),
    # wrong use
    "error": ("错误：{message}", "Error: {message}"),
    "no_such_option": ("没有选项 {name}。", "No such option: {name}."),
    "no_such_option_but": (
        "没有选项 {name}，是否要用 {possible}？",
        "No such option: {name}. Did you mean {possible}?",
    ),
    "no_such_command": (
        "没有命令“{name}”。可用的命令：{commands}。",
        "No such command: {name}. There are: {commands}.",
    ),
    "missing_argument": ("缺少参数：{name}。", "Missing argument: {name}."),
    "missing_option": ("缺少选项 {name}。", "Missing option: {name}."),
    "bad_choice": ("{name} 不能是“{value}”，可选：{choices}。", "{name} cannot be {value!r}; choose from {choices}."),
    "bad_number": (
        "{name} 须为数字，可写作 1500、100万、1.5亿，现为“{value}”。",
        "{name} must be a number such as 1500 or 1.5亿, not {value!r}.",
    ),
    "bad_integer": ("{name} 须为正整数，现为“{value}”。", "{name} must be a positive whole number, not {value!r}."),
    "option_needs_value": ("选项 {name} 后面要写值。", "Option {name} needs a value."),
    "extra_argument": ("多余的参数：{names}。", "Unexpected argument: {names}."),
    "records_unknown": (
        "没有“{name}”这类记录，可选：{choices}。",
        "There are no records {name!r}; choose from {choices}.",
    ),
    "text_with_format": (
        "--text 只输出原文，不能与 --format、--records 同用。",
        "--text prints the text alone; leave out --format and --records.",
    ),
    "html_all_records": (
        "网页总是包含章节和指标陈述，不能与 --records 同用。",
        "The page always has sections and claims; leave out --records.",
    ),
    "html_needs_folder": (
        "多个文件导出网页时，请用 -o 指定一个文件夹。",
        "For the pages of several files, name a folder with -o.",
    ),
    "unwritten_format": (
        "不能写 {ending} 文件，请改用 .xlsx、.html、.csv 或 .jsonl 作扩展名。",
        "{ending} files cannot be written; name a file that ends in .xlsx, .html, .csv or .jsonl.",
    ),
    "binary_to_terminal": (
        "Excel 文件不能显示在终端，请用 -o 指定文件名。",
        "An Excel file cannot be shown in a terminal; name a file with -o.",
    ),
    "excel_rows": (
        "记录超过 Excel 的 {limit} 行，请用 --format csv 或 jsonl。",
        "More than Excel's {limit} rows; use --format csv or jsonl.",
    ),
    "csv_one_kind": (
        "CSV 每次只能输出一类记录，请用 --records 选定一类。",
        "A CSV file holds one kind of record; name one with --records.",
    ),
    "out_is_folder": ("{path} 是文件夹，请指定文件名。", "{path} is a folder; name a file."),
    "out_folder_full": (
        "{path} 已存在且不是空文件夹，请换一个位置。",
        "{path} is there already and not an empty folder; choose another place.",
    ),
    "out_folder_missing": (
        "无法写入 {path}：文件夹不存在或不可写，请先建立文件夹或换一个位置。",
        "Cannot write {path}: make its folder first or choose another place.",
    ),
    "disk": (
        "写入失败：{detail}。请检查磁盘空间和权限后再次运行。",
        "Writing failed: {detail}. Check disk space and permissions, then run again.",
    ),
    "archive_missing": ("文件夹 {path} 不存在，请核对路径。", "There is no folder {path}; check the path."),
    "no_ledger_named": ("请用 -o 指定台账文件，例如 -o 台账.db。", "Name the ledger file, for example -o ledger.db."),
    "options_wrong": ("{path} 有误：{detail}。可用的选项：{known}。", "{path} is wrong: {detail}. There are: {known}."),
    "query_empty": (
        "检索词“{query}”里没有可检索的文字或数字。",
        "Nothing in {query!r} can be searched: give a word or a number.",
    ),
    # the corpus
    "gold_missing": ("标注 {path} 不存在，请核对路径。", "There is no gold {path}; check the path."),
    "gold_none": (
        "{path} 中没有可用的标注：文件旁应有同名的 .gold 标注。",
        "No gold in {path}: a .gold file is expected beside each document.",
    ),
    "gold_unnamed": (
        "请写明标注所在的文件夹或文件；只有在源码目录中运行时才可缺省。",
        "Name the gold; only in a checkout is there an archive to measure on by default.",
    ),
    "gold_wrong": ("标注有误：{detail}。", "The gold does not fit: {detail}."),
    "jsonl_needs_source": (
        "{path} 是 JSONL 标注，请用 --source 指定对应的原文文件，且每次只评测一份。",
        "{path} is JSONL gold: name its document with --source, one at a time.",
    ),
    "source_without_jsonl": (
        "--source、--region 只用于一份 JSONL 标注。",
        "--source and --region go with one JSONL gold file.",
    ),
    "agree_nothing": (
        "甲、乙没有共同标注的文件：两套标注都应为 地区/文件名.gold，文件在 {path}。",
        "A and B share no document: both should hold REGION/NAME.gold for the documents of {path}.",
    ),
    "splits_missing": (
        "没有找到 splits.json，无法按 --split 评测；请先用 jixiao corpus split 划分。",
        "There is no splits.json for --split; make it with jixiao corpus split.",
    ),
    "split_empty": ("{path} 中没有属于 {split} 的标注文件。", "No annotated document of {path} is in {split}."),
    "no_such_format": ("没有 {name} 格式，可用的有：{choices}。", "There is no format {name}; there are: {choices}."),
    "export_nothing": ("{path} 中没有可导出的文件。", "There is nothing to export in {path}."),
    "exported": (
        "已导出 {documents} 份文件（其中 {annotated} 份有标注）到 {path}",
        "{documents} documents ({annotated} annotated) exported to {path}",
    ),
    "import_missing": ("{path} 不存在，请核对路径。", "There is no {path}; check the path."),
    "import_nothing": (
        "{path} 中没有已完成的标注；请先在标注工具中提交，再导出导入。",
        "There are no finished annotations in {path}; submit them in the tool and export again.",
    ),
    "import_name": (
        "文件名 {name} 不能用作档案中的文件名，已停止导入。",
        "{name} cannot be the name of a document in an archive; nothing was imported.",
    ),
    "import_other_text": (
        "{path} 的文字与导入的不同，标注位置对不上；请导入到另一个文件夹，或用同一版本的文件重新导出。",
        "{path} has another text than the import, so places do not fit; import into another folder or export again.",
    ),
    "import_unreadable": (
        "{path} 的文字写入后读出来不一样（例如含网页标记），不能作为新文件导入；请导入到含有原文件的档案。",
        "{path} would be read back as another text (as a web page, say); import into an archive that has the document.",
    ),
    "import_there": (
        "已有 {n} 份标注（如 {path}）；确要覆盖请加 --overwrite，否则请换一个文件夹。",
        "{n} .gold files are there already (such as {path}); replace them with --overwrite or choose another folder.",
    ),
    "imported": (
        "已导入 {documents} 份标注到 {path}，其中 {new} 份连同文件写入",
        "{documents} annotations imported into {path}, {new} of them with their documents",
    ),
    "extra_missing": ("需要 {needed}，请先运行：{install}", "This needs {needed}: {install}"),
    # the ledger
    "ledger_missing": (
        "台账 {path} 不存在，请先用 jixiao run 建立。",
        "There is no ledger {path}; make one with jixiao run.",
    ),
    "ledger_is_folder": ("{path} 是文件夹，请指定台账的文件名。", "{path} is a folder; name the ledger file."),
    "ledger_foreign": (
        "{path} 不是 jixiao 的台账，请换一个文件名。",
        "{path} is not a jixiao ledger; choose another file.",
    ),
    "ledger_newer": (
        "台账 {path} 由更新版本的 jixiao 建立（格式 {found}，本版本支持到 {known}），请升级 jixiao 后再打开。",
        "The ledger {path} was made by a newer jixiao (format {found}, this one knows {known}); "
        "upgrade jixiao to open it.",
    ),
    "ledger_older": (
        "台账 {path} 由旧版本建立，请对原文件夹再运行一次 jixiao run。",
        "The ledger {path} is from an older version; run jixiao run once more.",
    ),
    "ledger_busy": (
        "台账 {path} 正被另一程序写入，请稍后再试。",
        "The ledger {path} is being written by another program; try again later.",
    ),
    "ledger_unwritable": (
        "无法打开台账 {path}，请检查文件夹是否存在、是否有权限。",
        "Cannot open the ledger {path}; check that its folder exists and permits it.",
    ),
    "ledger_broken": (
        "台账 {path} 无法读取（{detail}），请从备份恢复或重新运行 jixiao run。",
        "The ledger {path} cannot be read ({detail}); restore a copy or run jixiao run anew.",
    ),
    # running
    "working": ("正在处理", "Processing"),
    "file_trouble": ("未能读取：{path}：{reason}", "Not read: {path}: {reason}"),
    "file_partial": ("部分读取：{path}：{reason}", "Read in part: {path}: {reason}"),
    "file_vanished": ("文件已不在原处（记录保留）：{path}", "File is gone (records kept): {path}"),
    "interrupted": (
        "已中断。已完成的文件都在台账中，再次运行即可继续。",
        "Interrupted. What is done is in the ledger; run again to go on.",
    ),
    "run_done": (
        "本次处理 {done} 个文件，{unchanged} 个无变化，{failed} 个未能读取，{vanished} 个已不在原处。",
        "{done} files processed, {unchanged} unchanged, {failed} not read, {vanished} gone.",
    ),
    "more_rows": ("……另有 {n} 份，导出全部请加 --format csv", "… {n} more; --format csv gives all"),
    "status_files": ("文件", "Files"),
    "status_ok": ("已读取", "read"),
    "status_partial": ("部分读取", "read in part"),
    "status_refused": ("无法受理", "refused"),
    "status_failed": ("处理失败", "failed"),
    "status_gone": ("已不在原处", "gone"),
    "status_records": ("记录", "Records"),
    "status_categories": ("指标陈述（按类别）", "Claims by category"),
    "status_size": ("台账 {path}，{size}，提取程序版本 {version}", "Ledger {path}, {size}, extractor {version}"),
    "extract_none": ("未发现指标陈述。", "No claims found."),
    "records_count": ("共 {n} 条", "{n} records"),
    "extract_count": ("共 {claims} 条指标陈述，{sections} 个章节", "{claims} claims in {sections} sections"),
    "hits": ("共 {total} 条，显示前 {shown} 条", "{total} answers, the first {shown} shown"),
    "hits_all": ("共 {total} 条", "{total} answers"),
    "hits_about": ("约 {total} 条，显示前 {shown} 条", "about {total} answers, the first {shown} shown"),
    "hits_none": (
        "没有符合条件的指标陈述。可减少检索词，或放宽筛选条件。",
        "No claim answers. Try fewer words or wider filters.",
    ),
    "place": ("{file} 第 {line} 行（{start}–{end}）", "{file} line {line} ({start}–{end})"),
    # targets and what answers them
    "verdict_unanswered": ("未回应", "unanswered"),
    "answers_head": ("{office}　{year}年度", "{office}, {year}"),
    "answers_no_year": ("{office}　年度不明", "{office}, year unknown"),
    "answers_no_office": ("单位不明（{name}）", "unknown office ({name})"),
    "answers_counts": (
        "绩效目标 {total} 个：未达成 {unmet}，不能判定 {undetermined}，达成 {met}，未回应 {unanswered}",
        "{total} targets: {unmet} unmet, {undetermined} undetermined, {met} met, {unanswered} unanswered",
    ),
    "answers_lasting": ("另有跨年度的中长期目标 {n} 个，不按年度核对", "{n} targets of several years are left out"),
    "spending_met": ("未超预算", "kept"),
    "spending_unmet": ("超出预算", "exceeded"),
    "spending_undetermined": ("无法判定", "open"),
    "answers_spending": (
        "预算与支出 {n} 项，其中超出预算 {over} 项",
        "{n} budgets and what was spent, {over} exceeded",
    ),
    "answers_unanswered": ("未回应的目标 {n} 个", "{n} targets without an answer"),
    "answers_loose": ("未对应目标的指标陈述 {n} 条", "{n} claims that answer no target"),
    "answers_without": (
        "{office}：没有读到绩效目标，指标陈述 {n} 条",
        "{office}: no targets were found, {n} claims",
    ),
    "answers_loose_hint": ("（加 --claims 列出）", " (--claims lists them)"),
    "answers_none": (
        "没有读到绩效目标。请把绩效目标表与报告一起列入，并核对年度和单位的筛选条件。",
        "No targets were found. Name the target table beside the report, and check the filters.",
    ),
    "answers_none_here": ("没有符合条件的目标。", "No target fits."),
    "answers_contrary": (
        "自评表为{table}，正文为{prose}（第 {line} 行），请核对",
        "the table says {table}, the text {prose} (line {line}): check",
    ),
    "answers_score": ("得分 {score}，按规则应得 {due}", "score {score}, by the rules {due}"),
    "answers_in_words": ("定性目标，须人工判定", "in words: to be judged by a person"),
    "answers_own_row": ("自评表所填", "as the table has it"),
    "answers_derived": ("由 {operands} 推算", "computed from {operands}"),
    "answers_more": ("另有 {n} 处表述", "{n} more statements"),
    "answers_repeated": ("同一目标另见 {places}", "the same target also in {places}"),
    "answers_line": ("{file} 第 {line} 行", "{file} line {line}"),
    "answers_points": ("{low}–{high}", "{low}–{high}"),
    "answers_scored_by": ("计分规则：{title}", "Scoring rules: {title}"),
    "answers_sheet_targets": ("目标完成情况", "targets"),
    "answers_sheet_unanswered": ("未回应目标", "unanswered"),
    "answers_sheet_spending": ("预算与支出", "spending"),
    "answers_sheet_loose": ("未对应指标陈述", "other claims"),
    "answers_title": ("绩效目标核对表", "Targets and what answers them"),
    "answers_filter": ("筛选：指标、数值、原文……", "Filter: indicator, figure, sentence …"),
    "answers_offices": ("单位和年度", "Offices"),
    "answers_open": ("未达成、未回应共 {n} 个，目标 {total} 个", "{n} of {total} unmet or unanswered"),
    "answers_overshoot": ("超出目标两成以上，应说明原因", "a fifth or more above the target: to be explained"),
    "answers_units": (
        "报告单位为{said}，目标单位为{wanted}，口径不同",
        "the report counts {said}, the target {wanted}",
    ),
    "answers_deviation": ("偏差原因：{reason}", "reason given: {reason}"),
    "answers_shown": ("显示 {shown} / {total} 个目标", "{shown} of {total} targets shown"),
    "answers_checks": ("须核对 {n} 处", "{n} to check"),
    "answers_footer": (
        "由 jixiao {version} 自动对照，结论供参考，引用前请核对原文。",
        "Compared by jixiao {version}; check against the source before quoting.",
    ),
    "profile_wrong": (
        "计分规则不能使用：{detail}。可用的有：{choices}，或自备的规则文件。",
        "The scoring rules cannot be used: {detail}. There are: {choices}, or a file of your own.",
    ),
    "bad_share": (
        "{name} 须为 0 到 1 之间的数，现为“{value}”。",
        "{name} must be a number from 0 to 1, not {value!r}.",
    ),
    "one_ledger": (
        "台账每次只能读一个，且不与文件混用。",
        "One ledger at a time, and no files beside it.",
    ),
    "answers_target": ("回应目标：{indicator} {target}（{verdict}）", "answers: {indicator} {target} ({verdict})"),
    # the page of a report
    "page_contents": ("目录", "Contents"),
    "page_claims": ("指标陈述", "Claims"),
    "page_no_text": ("此文件没有可显示的文字。", "This file has no text to show."),
    "page_filter": ("筛选：对象、数值、句子……", "Filter: entity, value, sentence …"),
    "page_reset": ("清除", "Clear"),
    "page_shown": ("显示 {shown} / {total} 条", "{shown} of {total} shown"),
    "page_none": ("没有符合条件的指标陈述。", "No claim fits."),
    "page_notices": ("提示", "Notices"),
    "page_number": ("序号", "No."),
    "page_year": ("{year} 年度", "{year}"),
    "page_value": ("数值", "Value"),
    "page_period": ("期间", "Period"),
    "page_change": ("增减", "Change"),
    "page_qualifiers": ("限定", "Restricted to"),
    "page_column": ("表格列", "Column"),
    "page_section": ("章节", "Section"),
    "page_place": ("出处", "Place"),
    "page_line": ("第 {line} 行，第 {start}–{end} 字", "line {line}, characters {start}–{end}"),
    "page_page": ("第 {page} 页", "page {page}"),
    "page_confidence": ("置信度", "Confidence"),
    "page_sure": ("提取 {claim}，类别 {category}", "claim {claim}, category {category}"),
    "page_same": ("同一事实", "Same fact as"),
    "page_no_entity": ("（对象不明）", "(entity unknown)"),
    "page_footer": (
        "由 jixiao {version} 自动提取，引用时请核对原文。文件标识 {doc_id}，原文 {characters} 字。",
        "Extracted by jixiao {version}; check against the source before quoting. "
        "Document {doc_id}, {characters} characters.",
    ),
    # evaluation and agreement
    "eval_title": (
        "评测 {documents} 份文件，{characters:,} 字",
        "{documents} documents, {characters:,} characters",
    ),
    "eval_note": (
        "区间为按文件重抽样 1,000 次的 95% 区间；“重叠”按共有的字计分，对象相似度达 0.6 即为正确；"
        "限定量不计入数量和指标陈述，单列的一组含正文重申的目标值，不要求全部抽取。",
        "95 % intervals from 1,000 resamples of documents; overlap counts the characters shared; an entity is right from a "
        "similarity of 0.6; qualifiers are neither wanted nor punished among claims, and their own group holds restated targets "
        "that need not be found.",
    ),
    "eval_trained_on": (
        "注意：其中 {n} 份属于训练部分，模型见过，数字偏高；衡量模型请加 --split test。",
        "Note: {n} of the documents are of the training part, which the models have seen; measure with --split test.",
    ),
    "eval_shares": ("各字段的正确率（以已对上的为限）", "Fields of what was paired"),
    "eval_categories": ("类别（宏平均 F1 {macro}）", "Categories (macro-F1 {macro})"),
    "eval_section_labels": ("章节标签", "Section labels"),
    "eval_confusion": ("类别混淆（行：标注，列：抽取）", "Confusion of categories (rows: gold, columns: found)"),
    "eval_documents": ("各文件的 F1", "F1 by document"),
    "eval_calibration": (
        "置信度校准：{name}（ECE {ece:.3f}，Brier {brier:.3f}，{n:,} 条）",
        "Calibration of {name} (ECE {ece:.3f}, Brier {brier:.3f}, {n:,} records)",
    ),
    "eval_confidence": ("整条正确", "record right"),
    "eval_category_confidence": ("类别正确", "category right"),
    "eval_peers": ("与同类程序比较（同样文本、同样规则）", "Beside other programs, on the same text by the same rules"),
    "eval_peers_note": (
        "同类程序找的是一切数字，日期、序号在内，准确率因此偏低；JioNLP 只找金额。",
        "The others look for every numeral, dates and ordinals too, which lowers their precision; JioNLP looks for money only.",
    ),
    "eval_all": ("全部数量", "all quantities"),
    "eval_money": ("其中金额", "money"),
    "eval_errors": ("错漏 {n:,} 处", "{n:,} errors"),
    "error_missed": ("遗漏", "missed"),
    "error_spurious": ("误报", "spurious"),
    "error_wrong": ("读错", "wrong"),
    "error_change": ("{field}：{gold} → {found}", "{field}: {gold} → {found}"),
    "nothing_there": ("（空）", "(none)"),
    "agree_title": (
        "标注一致性：{documents} 份文件，{characters:,} 字",
        "Agreement of two annotators: {documents} documents, {characters:,} characters",
    ),
    "agree_joined_note": (
        "跨度一致：起止完全相同；重叠：按共有的字计分。关系一致：两端完全相同；重叠：跨度相交、词语相似度达 0.6。区间为按文件"
        "重抽样 1,000 次的 95% 区间。",
        "Spans, exact: same start and end; overlap: by the characters shared. Relations, exact: both ends the same; overlap: "
        "spans overlap and phrases have a similarity of 0.6. 95 % intervals from 1,000 resamples of documents.",
    ),
    "agree_fields": ("已对上的各项字段", "Fields of paired annotations"),
    "agree_fields_note": (
        "去掉空白后完全相同才算一致；类别要求所列标签全部相同。",
        "Equal, blanks aside; a category where all labels listed are the same.",
    ),
    "agree_alpha": ("Krippendorff α", "Krippendorff's alpha"),
    "agree_alpha_note": (
        "类别（全部标签）用 MASI 距离，其余用名义距离；“–”表示只出现过一种标签，无从计算。",
        "Categories (all labels) with the MASI distance, the others nominal; – where only one label was ever given.",
    ),
    "agree_labels": ("{name}，逐个标签（名义 α）", "{name}, label by label (nominal alpha)"),
    "agree_group": ("{layer}·{kind}：{n:,} 处", "{layer}, {kind}: {n:,}"),
    "agree_readings": ("甲：{one}　乙：{other}", "A: {one}   B: {other}"),
    "kind_only_one": ("仅甲标注", "only A"),
    "kind_only_other": ("仅乙标注", "only B"),
    "kind_span": ("起止不同", "span"),
    "joined_sections": ("章节标题", "section headings"),
    "joined_quantities": ("数量", "quantities"),
    "joined_entity": ("数量—对象", "quantity–entity"),
    "joined_action": ("数量—动作", "quantity–action"),
    "joined_targets": ("绩效目标", "targets"),
    "joined_budgets": ("预算", "budgets"),
    "joined_link": ("陈述—目标", "claim–target"),
    "labelling_categories": ("类别（全部标签）", "categories (all labels)"),
    "labelling_first_category": ("类别（首个标签）", "category (first label)"),
    "labelling_role": ("陈述或限定量", "claim or qualifier"),
    "labelling_label": ("章节标签", "section label"),
    "labelling_comparator": ("比较方式", "comparator"),
    "labelling_basis": ("口径", "basis"),
    "labelling_verdict": ("判定", "verdict"),
    "group_sections": ("章节", "sections"),
    "group_quantities": ("数量", "quantities"),
    "group_claims": ("指标陈述", "claims"),
    "group_qualifiers": ("限定量", "qualifiers"),
    "group_targets": ("绩效目标", "targets"),
    "group_budgets": ("预算", "budgets"),
    "group_links": ("对应关系", "links"),
    "measure_detection": ("找到", "found"),
    "measure_labelled": ("找到且标签对", "found, label right"),
    "measure_exact": ("起止一致", "exact span"),
    "measure_overlap": ("起止重叠", "overlapping span"),
    "measure_quantity": ("数值和单位对", "value and unit"),
    "measure_entity_exact": ("对象一致", "entity exact"),
    "measure_entity_overlap": ("对象重叠", "entity overlap"),
    "measure_record": ("整条对", "record"),
    "measure_level": ("层级", "level"),
    "measure_label": ("标签", "label"),
    "measure_value": ("数值", "value"),
    "measure_unit": ("单位", "unit"),
    "measure_approx": ("约数", "approx"),
    "measure_entity": ("对象", "entity"),
    "measure_action": ("动作", "action"),
    "measure_period": ("期间", "period"),
    "measure_category": ("类别", "category"),
    "measure_indicator": ("指标", "indicator"),
    "measure_comparator": ("比较方式", "comparator"),
    "measure_role": ("陈述或限定量", "role"),
    "measure_level1": ("一级指标", "level 1"),
    "measure_level2": ("二级指标", "level 2"),
    "measure_actual": ("实际完成值", "actual"),
    "measure_item": ("项目", "item"),
    "measure_basis": ("口径", "basis"),
    "measure_amount": ("金额", "amount"),
    "measure_year": ("年度", "year"),
    "measure_verdict": ("判定", "verdict"),
    # column heads
    "col_layer": ("层次", "Layer"),
    "col_measure": ("项目", "Measure"),
    "col_gold": ("标注数", "Gold"),
    "col_pairs": ("条数", "Pairs"),
    "col_precision": ("准确率", "P"),
    "col_recall": ("召回率", "R"),
    "col_f1": ("F1", "F1"),
    "col_accuracy": ("正确率", "Accuracy"),
    "col_interval": ("95% 区间", "95 % interval"),
    "col_exact": ("F1（一致）", "F1 exact"),
    "col_overlap": ("F1（重叠）", "F1 overlap"),
    "col_agreed": ("相同", "Same"),
    "col_both": ("共同", "Both"),
    "col_alpha": ("α", "alpha"),
    "col_label": ("标签", "Label"),
    "col_confidence": ("置信度", "Confidence"),
    "col_mean": ("平均置信度", "Mean"),
    "col_right": ("实际正确", "Right"),
    "col_program": ("程序", "Program"),
    "col_scope": ("范围", "Scope"),
    "col_document": ("文件", "Document"),
    "col_total": ("合计", "Total"),
    "col_category": ("类别", "Category"),
    "col_entity": ("对象", "Entity"),
    "col_quantity": ("数值", "Quantity"),
    "col_excerpt": ("原文", "Sentence"),
    "col_line": ("行", "Line"),
    "col_count": ("数量", "Count"),
    "col_office": ("单位", "Organisation"),
    "col_fiscal_year": ("年度", "Year"),
    "col_level": ("层级", "Level"),
    "col_level1": ("一级指标", "Level 1"),
    "col_level2": ("二级指标", "Level 2"),
    "col_project": ("项目", "Project"),
    "col_indicator": ("指标", "Indicator"),
    "col_target": ("目标", "Target"),
    "col_figure": ("报告数值", "Figure"),
    "col_said": ("报告所述", "What the report says"),
    "col_sentence": ("报告原文", "Sentence"),
    "col_others": ("其他表述", "Other statements"),
    "col_outcome": ("结论", "Verdict"),
    "col_ratio": ("完成比例", "Reached"),
    "col_reached": ("比例", "Reached"),
    "col_actual": ("自评表所填", "In the table"),
    "col_weight": ("分值", "Weight"),
    "col_score": ("得分", "Score"),
    "col_points": ("得分/分值", "Score/weight"),
    "col_due": ("按规则应得分", "By the rules"),
    "col_notes": ("须核对", "To check"),
    "col_reason": ("判定理由", "Reason"),
    "col_file": ("文件", "File"),
    "col_section": ("章节", "Section"),
    "col_place": ("出处", "Place"),
    "col_target_place": ("目标出处", "Place of the target"),
    "col_certainty": ("对应把握", "Certainty"),
    "col_budget": ("预算数", "Budget"),
    "col_spent": ("实际支出", "Spent"),
    "col_rate": ("执行率", "Rate"),
    "col_budget_place": ("预算出处", "Place of the budget"),
    "col_item": ("事项", "Item"),
    "col_basis": ("口径", "Basis"),
    "col_amount": ("金额（元）", "Amount (yuan)"),
    "col_printed": ("原文", "As printed"),
    "col_title": ("标题", "Title"),
    "col_type": ("类型", "Type"),
    "col_message": ("说明", "Message"),
    "col_status": ("状态", "Status"),
    "sheet_claim": ("指标陈述", "claims"),
    "sheet_section": ("章节", "sections"),
    "sheet_document": ("文件", "documents"),
    "sheet_target": ("绩效目标", "targets"),
    "sheet_budget": ("预算", "budgets"),
    "sheet_link": ("对应关系", "links"),
    "sheet_finding": ("疑点", "findings"),
}


_CONTROLS = dict.fromkeys([*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)], " ")


def printable(text: str) -> str:
    """``text`` on one line for a terminal: a report must not move the cursor of whoever looks at it, nor turn its lines."""
    return text.translate(_CONTROLS)


class UserError(Exception):
    """Something the user can mend. ``key`` names its text in :data:`TEXTS`, which says what to do."""

    def __init__(self, key: str, **parameters: Any) -> None:
        self.key = key
        self.parameters = parameters
        super().__init__(Messages("zh")(key, **parameters))


class Messages:
    """The texts in one language: ``Messages("en")("hits_all", total=3)``."""

    def __init__(self, language: Language = "zh") -> None:
        self.language: Language = language
        self._at = 0 if language == "zh" else 1

    def __call__(self, key: str, **parameters: Any) -> str:
        return TEXTS[key][self._at].format(**parameters)

    def of(self, error: UserError) -> str:
        return self(error.key, **error.parameters)
