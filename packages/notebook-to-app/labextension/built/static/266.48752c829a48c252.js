"use strict";(self.rspackChunknotebook_to_app=self.rspackChunknotebook_to_app||[]).push([[266],{646(t,e,r){var o=r(601),n=r.n(o),a=r(314),i=(r.n(a))()(n());i.push([t.id,`.nta-State::before {
  content: '';
  display: inline-block;
  width: 8px;
  height: 8px;
  margin-right: 6px;
  border-radius: 50%;
  background: var(--jp-inverse-layout-color4);
}

.nta-mod-live::before {
  background: var(--jp-success-color1);
}

.nta-mod-loading::before {
  background: var(--jp-warn-color1);
}

.nta-mod-broken::before {
  background: var(--jp-error-color1);
}

.nta-StatusItem .nta-mod-broken {
  padding: 0 8px;
  background: var(--jp-error-color1);
  color: white;
}

.nta-StatusItem .nta-mod-broken::before {
  background: white;
}

.nta-Details {
  max-width: 80vw;
  max-height: 60vh;
  overflow: auto;
  padding: 12px;
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1);
  font-size: var(--jp-ui-font-size1);
  user-select: text;
}

.nta-Details h3 {
  margin: 0 0 8px;
  font-size: var(--jp-ui-font-size1);
}

.nta-Details pre {
  margin: 0 0 8px;
  font-family: var(--jp-code-font-family);
  font-size: var(--jp-code-font-size);
  white-space: pre-wrap;
}

.nta-Details td {
  padding: 2px 16px 2px 0;
}

.nta-Details a {
  color: var(--jp-content-link-color);
}

.nta-Details button {
  margin-left: 12px;
}

.nta-Log {
  overflow: auto;
  padding: 8px;
  background: var(--jp-layout-color0);
}

.nta-Log pre {
  margin: 0;
}

.nta-StatusItem:has(.nta-mod-broken) {
  background: var(--jp-error-color1);
}

.nta-Path {
  flex: 1 1 auto;
}

.nta-Path input {
  width: 100%;
  box-sizing: border-box;
  border: 1px solid var(--jp-border-color1);
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1);
}
`,""]),r.d(e,{},{A:i})},314(t){t.exports=function(t){var e=[];return e.toString=function(){return this.map(function(e){var r="",o=void 0!==e[5];return e[4]&&(r+="@supports (".concat(e[4],") {")),e[2]&&(r+="@media ".concat(e[2]," {")),o&&(r+="@layer".concat(e[5].length>0?" ".concat(e[5]):""," {")),r+=t(e),o&&(r+="}"),e[2]&&(r+="}"),e[4]&&(r+="}"),r}).join("")},e.i=function(t,r,o,n,a){"string"==typeof t&&(t=[[null,t,void 0]]);var i={};if(o)for(var c=0;c<this.length;c++){var s=this[c][0];null!=s&&(i[s]=!0)}for(var u=0;u<t.length;u++){var p=[].concat(t[u]);o&&i[p[0]]||(void 0!==a&&(void 0===p[5]||(p[1]="@layer".concat(p[5].length>0?" ".concat(p[5]):""," {").concat(p[1],"}")),p[5]=a),r&&(p[2]&&(p[1]="@media ".concat(p[2]," {").concat(p[1],"}")),p[2]=r),n&&(p[4]?(p[1]="@supports (".concat(p[4],") {").concat(p[1],"}"),p[4]=n):p[4]="".concat(n)),e.push(p))}},e}},601(t){t.exports=function(t){return t[1]}},665(t,e,r){r.r(e);var o=r(72),n=r.n(o),a=r(825),i=r.n(a),c=r(659),s=r.n(c),u=r(56),p=r.n(u),l=r(540),d=r.n(l),f=r(113),v=r.n(f),m=r(646),h={};h.styleTagTransform=v(),h.setAttributes=p(),h.insert=s().bind(null,"head"),h.domAPI=i(),h.insertStyleElement=d(),n()(m.A,h);let b=m.A&&m.A.locals?m.A.locals:void 0;r.d(e,{},{default:b})},72(t){var e=[];function r(t){for(var r=-1,o=0;o<e.length;o++)if(e[o].identifier===t){r=o;break}return r}function o(t,o){for(var n={},a=[],i=0;i<t.length;i++){var c=t[i],s=o.base?c[0]+o.base:c[0],u=n[s]||0,p="".concat(s," ").concat(u);n[s]=u+1;var l=r(p),d={css:c[1],media:c[2],sourceMap:c[3],supports:c[4],layer:c[5]};if(-1!==l)e[l].references++,e[l].updater(d);else{var f=function(t,e){var r=e.domAPI(e);return r.update(t),function(e){e?(e.css!==t.css||e.media!==t.media||e.sourceMap!==t.sourceMap||e.supports!==t.supports||e.layer!==t.layer)&&r.update(t=e):r.remove()}}(d,o);o.byIndex=i,e.splice(i,0,{identifier:p,updater:f,references:1})}a.push(p)}return a}t.exports=function(t,n){var a=o(t=t||[],n=n||{});return function(t){t=t||[];for(var i=0;i<a.length;i++){var c=r(a[i]);e[c].references--}for(var s=o(t,n),u=0;u<a.length;u++){var p=r(a[u]);0===e[p].references&&(e[p].updater(),e.splice(p,1))}a=s}}},659(t){var e={};t.exports=function(t,r){var o=function(t){if(void 0===e[t]){var r=document.querySelector(t);if(window.HTMLIFrameElement&&r instanceof window.HTMLIFrameElement)try{r=r.contentDocument.head}catch(t){r=null}e[t]=r}return e[t]}(t);if(!o)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");o.appendChild(r)}},540(t){t.exports=function(t){var e=document.createElement("style");return t.setAttributes(e,t.attributes),t.insert(e,t.options),e}},56(t,e,r){t.exports=function(t){var e=r.nc;e&&t.setAttribute("nonce",e)}},825(t){t.exports=function(t){if("u"<typeof document)return{update:function(){},remove:function(){}};var e=t.insertStyleElement(t);return{update:function(r){var o,n,a;o="",r.supports&&(o+="@supports (".concat(r.supports,") {")),r.media&&(o+="@media ".concat(r.media," {")),(n=void 0!==r.layer)&&(o+="@layer".concat(r.layer.length>0?" ".concat(r.layer):""," {")),o+=r.css,n&&(o+="}"),r.media&&(o+="}"),r.supports&&(o+="}"),(a=r.sourceMap)&&"u">typeof btoa&&(o+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(a))))," */")),t.styleTagTransform(o,e,t.options)},remove:function(){var t;null===(t=e).parentNode||t.parentNode.removeChild(t)}}}},113(t){t.exports=function(t,e){if(e.styleSheet)e.styleSheet.cssText=t;else{for(;e.firstChild;)e.removeChild(e.firstChild);e.appendChild(document.createTextNode(t))}}}}]);