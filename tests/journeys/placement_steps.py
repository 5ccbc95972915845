"""Steps of a placement on its pages, for the journeys that end with one: recorded, proved, checked by somebody else."""

from playwright.sync_api import Page, expect

from matcher import clock
from tests.factories.placements import CREDIT_CODE, pdf
from tests.support.looks import look


def record(page: Page, address: str, name: str) -> None:
    """Record a job somebody began today, from the list of cases on; `name` as the list shows it."""
    page.goto(f"{address}/cases")
    page.locator("tbody tr", has_text=name).get_by_role("link").first.click()
    page.get_by_role("link", name="登记去向").click()
    today = clock.today().isoformat()
    page.get_by_label("毕业去向").select_option("graduate_destination:11")
    page.get_by_label("开始日期").fill(today)
    page.get_by_label("单位名称").fill("银川某电力工程有限公司")
    page.get_by_label("统一社会信用代码").fill(CREDIT_CODE)
    page.get_by_label("岗位或工作内容").fill("维修电工")
    page.get_by_label("月收入（元）").fill("4500")
    page.get_by_label("签约日期").fill(today)
    page.get_by_label("合同开始").fill(today)
    look(page)
    page.get_by_role("button", name="登记去向").click()
    expect(page.locator(".facts").first).to_contain_text("自报")
    look(page)


def prove(page: Page, kind: str = "employment_proof") -> None:
    """Put a paper to the placement and send it to be checked."""
    papers = page.locator("section", has=page.locator("#papers"))
    papers.locator("select[name=kind]").select_option(kind)
    content = {"name": "证明.pdf", "mimeType": "application/pdf", "buffer": pdf("在职证明")}
    papers.locator("input[type=file]").set_input_files([content])
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.locator(".toast")).to_be_visible()
    reason = page.locator("section", has=page.locator("#submit")).locator("textarea")
    if reason.count():
        reason.first.fill("已向单位电话核实")
    page.get_by_role("button", name="送核", exact=True).click()
    expect(page.locator(".facts").first).to_contain_text("待核")


def verify(page: Page, placement: str) -> None:
    """Check the paper and the placement, as somebody else."""
    page.goto(placement)
    page.get_by_label("结论").select_option("good")
    page.get_by_label("怎么核的").select_option("call")
    page.get_by_role("button", name="记下结论").click()
    expect(page.locator(".toast")).to_be_visible()
    page.get_by_role("button", name="核实，计入").click()
    expect(page.locator(".facts").first).to_contain_text("已核")
    look(page)
