"""Which background task each event calls. The whole reaction of the system, on one screen."""

ROUTES: dict[str, tuple[str, ...]] = {
    "assessment.opened": ("scoring.rescore",),
    "assessment.answers_saved": ("scoring.rescore",),
    "assessment.submitted": ("scoring.rescore",),
    "assessment.reviewed": ("scoring.rescore",),
    "assessment.section_accepted": ("scoring.rescore",),
    "assessment.returned": ("scoring.rescore",),
    "assessment.reopened": ("scoring.rescore",),
    "assessment.signed_off": ("scoring.rescore",),
    "assessment.cancelled": ("scoring.rescore",),
    "assessment.superseded": ("scoring.rescore",),
    # A new engagement has no assessment to score yet, but it may raise the vendor's tier.
    "engagement.created": ("scoring.restand",),
    "engagement.changed": ("scoring.rescore_engagement", "vendors.check_ip"),
    # Where work is done decides where rights have to be registered.
    "subcontract.added": ("scoring.reassess", "vendors.check_ip"),
    "subcontract.changed": ("scoring.reassess", "vendors.check_ip"),
    "subcontract.ended": ("scoring.reassess", "vendors.check_ip"),
    "subcontracts.imported": ("scoring.reassess", "vendors.check_ip"),
    "ip.schedule_changed": ("scoring.reassess",),
    "ip.disclosed": ("scoring.reassess",),
    "ip.disclosure_changed": ("scoring.reassess",),
    "site.added": ("scoring.reassess",),
    "site.changed": ("scoring.reassess",),
    "site.closed": ("scoring.reassess",),
    "site.audited": ("scoring.reassess",),
    "vendor.created": ("scoring.restand", "vendors.screen"),
    # What is on record about a country concerns all vendors that work there.
    "country.fact_overridden": ("scoring.reassess_country",),
    "country.fact_withdrawn": ("scoring.reassess_country",),
    "country.rated": ("scoring.reassess_country",),
    "country.rating_withdrawn": ("scoring.reassess_country",),
    "country.facts_released": ("scoring.reassess_country",),
    "country.figure_changed": ("scoring.reassess_country",),
    # The law of another country may protect it now.
    "vendor.changed": ("scoring.restand", "scoring.reassess", "vendors.screen"),
    "vendor.archived": ("scoring.restand", "vendors.screen"),
    "vendor.unit_linked": ("scoring.restand",),
    "vendor.external_id_set": ("scoring.restand",),
    # One event per chunk of a list: its data holds `vendor_ids`, at most 500.
    "vendors.imported": ("scoring.restand_many", "vendors.screen"),
    # Who a vendor is decides what it is compared with; what is found, how it is assessed.
    "alias.changed": ("vendors.screen", "scoring.reassess"),
    "owner.changed": ("vendors.screen", "scoring.reassess"),
    "screening.match": ("scoring.reassess",),
    "screening.reached": ("scoring.reassess",),
    "match.decided": ("scoring.reassess",),
    "match.closed": ("scoring.reassess",),
    "watch_list.imported": ("vendors.screen_list",),
    # A published method starts a run; one event per block of it is on the record.
    "run.started": ("scoring.cut_run",),
    "run.resumed": ("scoring.cut_run",),
}
